import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { describeHeader } from './model-metadata.ts'
import type { ModelHeader } from './tensors.ts'

test('adapters are told apart by the names of their tensors', () => {
  const down = 'lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k'
  assert.equal(describe({ [`${down}.lora_down.weight`]: [8, 768] }).modelType, 'LORA')
  assert.equal(describe({ 'transformer.blocks.0.lora_A.weight': [8, 64] }).modelType, 'LORA')
  assert.equal(describe({ [`${down}.hada_w1_a`]: [8, 768] }).modelType, 'LoCon')
  assert.equal(describe({ [`${down}.lokr_w1`]: [8, 8] }).modelType, 'LoCon')
  assert.equal(describe({ 'lora_unet_x_conv1.lora_down.weight': [8, 320, 3, 3] }).modelType, 'LoCon')
  assert.equal(describe({ [`${down}.lora_down.weight`]: [8, 768], [`${down}.dora_scale`]: [1, 768] }).modelType, 'DoRA')
})

test('the width of cross-attention tells the Stable Diffusion families apart', () => {
  const lora = (width: number) => describe({ 'lora_unet_x_attn2_to_k.lora_down.weight': [8, width] }).baseModel
  assert.equal(lora(768), 'SD 1.5')
  assert.equal(lora(1024), 'SD 2.1')
  assert.equal(lora(2048), 'SDXL 1.0')
  assert.equal(lora(999), undefined)
})

test('checkpoints are told by their text encoders and input channels', () => {
  const input = (channels: number) => ({ 'model.diffusion_model.input_blocks.0.0.weight': [320, channels, 3, 3] })
  const sd1 = { 'cond_stage_model.transformer.text_model.x': [1] }
  assert.deepEqual(facts(describe({ ...input(4), ...sd1 })), ['Checkpoint', 'SD 1.5', 'Standard', 'pruned'])
  assert.deepEqual(facts(describe({ ...input(9), ...sd1, 'model_ema.x': [1] })), [
    'Checkpoint',
    'SD 1.5',
    'Inpainting',
    'full',
  ])
  assert.deepEqual(facts(describe({ ...input(4), 'conditioner.embedders.1.model.x': [1] })), [
    'Checkpoint',
    'SDXL 1.0',
    'Standard',
    undefined,
  ])
})

test('diffusion transformers are told by their blocks', () => {
  const blocks = (name: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}.${index}.x.weight`, [1]]))
  const flux = { ...blocks('double_blocks', 19), ...blocks('single_blocks', 38), 'img_in.weight': [3072, 64] }
  assert.equal(describe({ ...flux, 'guidance_in.in_layer.weight': [1] }).baseModel, 'Flux.1 D')
  assert.equal(describe(flux).baseModel, 'Flux.1 S')
  assert.equal(describe(flux).modelType, 'Checkpoint')
  assert.equal(describe(blocks('joint_blocks', 38)).baseModel, 'SD 3.5 Large')
  assert.equal(describe(blocks('joint_blocks', 24)).baseModel, 'SD 3')
  assert.equal(describe(blocks('joint_blocks', 30)).baseModel, undefined)
})

test('other kinds of models are recognised', () => {
  assert.equal(describe({ 'decoder.conv_in.weight': [512, 4, 3, 3], 'encoder.conv_in.weight': [1] }).modelType, 'VAE')
  assert.deepEqual(facts(describe({ emb_params: [4, 768] })).slice(0, 2), ['TextualInversion', 'SD 1.5'])
  assert.deepEqual(facts(describe({ clip_g: [4, 1280], clip_l: [4, 768] })).slice(0, 2), [
    'TextualInversion',
    'SDXL 1.0',
  ])
  assert.equal(describe({ 'control_model.input_blocks.0.0.weight': [1] }).modelType, 'Controlnet')
  assert.equal(
    describe({ 'conv_first.weight': [64, 3, 3, 3], 'conv_last.weight': [3, 64, 3, 3] }).modelType,
    'Upscaler',
  )
  assert.equal(describe({ 'something.else': [3] }).modelType, undefined)
})

test('training metadata names the base model, and the file trained on its member', () => {
  const sdxl = { ss_base_model_version: 'sdxl_base_v1-0', ss_network_module: 'networks.lora' }
  assert.equal(describe({}, sdxl).baseModel, 'SDXL 1.0')
  assert.equal(describe({}, { ...sdxl, ss_sd_model_name: 'ponyDiffusionV6XL.safetensors' }).baseModel, 'Pony')
  assert.equal(describe({}, { ...sdxl, ss_sd_model_name: 'flux1-dev.safetensors' }).baseModel, 'SDXL 1.0')
})

test('an adapter that Flux.1 and its descendants share belongs to the one that its metadata names', () => {
  const layer = 'lora_unet_single_blocks_0_linear1'
  const tensors = { [`${layer}.lora_down.weight`]: [16, 3072], [`${layer}.lora_up.weight`]: [21_504, 16] }
  assert.deepEqual(facts(describe(tensors)).slice(0, 2), ['LORA', 'Flux.1 D'])
  assert.equal(describe(tensors, { ss_base_model_version: 'chroma' }).baseModel, 'Chroma')
})

test('what the tensors prove beats what the metadata states', () => {
  const header = describe(
    { 'lora_unet_x_attn2_to_k.lora_down.weight': [8, 768] },
    { ss_base_model_version: 'sdxl_base_v1-0' },
  )
  assert.equal(header.baseModel, 'SD 1.5')
})

test('tag frequencies are summed over data sets, and broken ones are no harm', () => {
  const json = JSON.stringify({ '10_a': { cat: 3, dog: 1 }, '5_b': { ' cat ': 2, bad: 'x' }, odd: null })
  const prefixed = describe({}, { sshs_model_hash: `0x${'ab'.repeat(32)}` })
  assert.equal(prefixed.training?.autoV3, 'AB'.repeat(6))
  const { training } = describe({}, { ss_tag_frequency: json, ss_network_dim: '32', sshs_model_hash: 'ab'.repeat(32) })
  assert.deepEqual(training?.tags, [
    { tag: 'cat', count: 5 },
    { tag: 'dog', count: 1 },
  ])
  assert.equal(training?.networkDim, 32)
  assert.equal(training?.autoV3, 'ABABABABABAB')
  assert.deepEqual(describe({}, { ss_tag_frequency: '{broken' }).training?.tags, [])
})

test('ModelSpec keys are read with and without their prefix', () => {
  const prefixed = describe(
    {},
    {
      'modelspec.title': 'Fox',
      'modelspec.trigger_phrase': 'a fox; red fox',
      'modelspec.architecture': 'stable-diffusion-xl-v1-base/lora',
    },
  )
  assert.equal(prefixed.spec?.title, 'Fox')
  assert.deepEqual(prefixed.spec?.triggerWords, ['a fox', 'red fox'])
  assert.deepEqual(facts(prefixed).slice(0, 2), ['LORA', 'SDXL 1.0'])
  assert.equal(describe({}, { title: 'Fox' }).spec?.title, 'Fox')
})

test('an inpainting architecture is its family and its kind', () => {
  const { baseModel, baseModelType } = describe({}, { 'modelspec.architecture': 'stable-diffusion-v1-inpainting' })
  assert.deepEqual([baseModel, baseModelType], ['SD 1.5', 'Inpainting'])
})

test('an embedded thumbnail is decoded, and only from an image data URI', () => {
  const thumbnail = (uri: string) => describe({}, { 'modelspec.thumbnail': uri }).spec?.thumbnail
  assert.deepEqual(thumbnail('data:image/jpeg;base64,AQID'), { mediaType: 'image/jpeg', bytes: Buffer.from([1, 2, 3]) })
  for (const uri of ['data:text/html;base64,AQID', 'data:image/svg+xml;base64,AQID', 'AQID', 'data:image/png;base64,'])
    assert.equal(thumbnail(uri), undefined, uri)
})

test('precision is that of most bytes', () => {
  const header = (dtypes: Record<string, number>): ModelHeader => ({
    format: 'SafeTensor',
    headerBytes: 8,
    metadata: {},
    tensors: Object.entries(dtypes).map(([dtype, end]) => ({ name: dtype, dtype, shape: [1], begin: 0, end })),
  })
  assert.equal(describeHeader(header({ F16: 100, F32: 4 })).fp, 'fp16')
  assert.equal(describeHeader(header({ BF16: 100, F32: 4 })).fp, 'bf16')
  assert.equal(describeHeader(header({ F8_E4M3: 100, F32: 4 })).fp, 'fp8')
  assert.equal(describeHeader(header({ I64: 100 })).fp, undefined)
})

test('a GGUF header gives its quantisation and architecture', () => {
  const header: ModelHeader = {
    format: 'GGUF',
    headerBytes: 8,
    metadata: { 'general.architecture': 'wan', 'general.file_type': '15' },
    tensors: [],
  }
  const { baseModel, quantType, ...rest } = describeHeader(header)
  assert.deepEqual([baseModel, quantType, Object.keys(rest)], ['Wan Video', 'Q4_K_M', ['family']])
})

test('no metadata whatever makes reading fail', () => {
  const keys = fc.constantFrom(
    'ss_tag_frequency',
    'ss_base_model_version',
    'modelspec.date',
    'modelspec.architecture',
    'modelspec.thumbnail',
    'title',
    'sshs_model_hash',
    '__proto__',
  )
  fc.assert(
    fc.property(fc.dictionary(keys, fc.oneof(fc.string(), fc.json())), (metadata) => void describe({}, metadata)),
  )
})

function describe(shapes: Record<string, number[]>, metadata: Record<string, string> = {}) {
  const tensors = Object.entries(shapes).map(([name, shape]) => ({ name, dtype: 'F16', shape, begin: 0, end: 2 }))
  return describeHeader({ format: 'SafeTensor', headerBytes: 8, metadata, tensors })
}

function facts({ modelType, baseModel, baseModelType, size }: ReturnType<typeof describeHeader>) {
  return [modelType, baseModel, baseModelType, size]
}
