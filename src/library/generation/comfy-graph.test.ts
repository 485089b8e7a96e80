import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readComfyGraph } from './comfy-graph.ts'

type Inputs = Record<string, unknown>
const node = (class_type: string, inputs: Inputs = {}) => ({ class_type, inputs })

/** A graph of one sampler; `more` adds and replaces nodes. */
const simple = (more: Record<string, unknown> = {}) => ({
  3: node('KSampler', {
    seed: 5,
    steps: 20,
    cfg: 7,
    sampler_name: 'euler',
    scheduler: 'normal',
    denoise: 1,
    model: ['4', 0],
    positive: ['6', 0],
    negative: ['7', 0],
    latent_image: ['5', 0],
  }),
  4: node('CheckpointLoaderSimple', { ckpt_name: 'main.safetensors' }),
  5: node('EmptyLatentImage', { width: 512, height: 768, batch_size: 1 }),
  6: node('CLIPTextEncode', { text: 'a fox', clip: ['4', 1] }),
  7: node('CLIPTextEncode', { text: 'bad', clip: ['4', 1] }),
  8: node('VAEDecode', { samples: ['3', 0], vae: ['4', 2] }),
  9: node('SaveImage', { images: ['8', 0], filename_prefix: 'x' }),
  ...more,
})
const read = (more?: Record<string, unknown>) => readComfyGraph(simple(more)) ?? {}

test('model, seed and prompts are of the sampler that the saved image comes from, wherever it stands in the file', () => {
  const meta = readComfyGraph({
    1: node('KSampler', {
      seed: 1,
      steps: 4,
      positive: ['6', 0],
      negative: ['7', 0],
      model: ['2', 0],
      latent_image: ['5', 0],
    }),
    2: node('CheckpointLoaderSimple', { ckpt_name: 'unused.safetensors' }),
    20: node('PreviewImage', { images: ['1', 0] }),
    30: node('KSampler', {
      seed: 2,
      steps: 9,
      positive: ['31', 0],
      negative: ['7', 0],
      model: ['40', 0],
      latent_image: ['1', 0],
    }),
    31: node('CLIPTextEncode', { text: 'the saved one' }),
    40: node('LoraLoader', { lora_name: 'l.safetensors', strength_model: 0.5, model: ['41', 0] }),
    41: node('UNETLoader', { unet_name: 'used.safetensors' }),
    50: node('SaveImage', { images: ['51', 0] }),
    51: node('VAEDecode', { samples: ['30', 0] }),
    5: node('EmptyLatentImage', { width: 512, height: 768 }),
    6: node('CLIPTextEncode', { text: 'the first one' }),
    7: node('CLIPTextEncode', { text: 'bad' }),
  })
  assert.deepEqual(
    [meta?.seed, meta?.steps, meta?.prompt, meta?.Model, meta?.Size],
    [2, 9, 'the saved one', 'used', '512x768'],
  )
  assert.deepEqual(meta?.resources, [
    { type: 'model', name: 'used' },
    { type: 'model', name: 'unused' },
    { type: 'lora', name: 'l', weight: 0.5 },
  ])
})

test('what samples a face or tiles again counts only where there is no other sampler', () => {
  const detailer = node('FaceDetailer', { image: ['8', 0], seed: 99, steps: 2, positive: ['6', 0], negative: ['7', 0] })
  assert.equal(read({ 9: node('SaveImage', { images: ['10', 0] }), 10: detailer }).seed, 5)
  assert.equal(readComfyGraph({ 1: detailer, 2: node('SaveImage', { images: ['1', 0] }) })?.seed, 99)
})

test('a zeroed-out conditioning has no negative prompt, and no text is taken from elsewhere', () => {
  const zeroed = read({ 7: node('ConditioningZeroOut', { conditioning: ['6', 0] }) })
  assert.equal('negativePrompt' in zeroed, false)
  assert.equal(zeroed.prompt, 'a fox')
  const unknown = read({ 7: node('SomethingElse', { model: ['4', 0], hint: ['6', 0] }) })
  assert.equal('negativePrompt' in unknown, false)
  const control = node('ControlNetApplyAdvanced', { positive: ['6', 0], negative: ['70', 0], strength: 1 })
  const through = read({
    3: node('KSampler', { seed: 5, positive: ['60', 0], negative: ['60', 1] }),
    60: control,
    70: node('ConditioningZeroOut', { conditioning: ['6', 0] }),
  })
  assert.deepEqual([through.prompt, 'negativePrompt' in through], ['a fox', false])
})

test('an empty text stays empty', () => {
  const meta = read({
    6: node('CLIPTextEncode', { text: '', clip: ['4', 1] }),
    7: node('CLIPTextEncode', { text: '' }),
  })
  assert.deepEqual([meta.prompt, meta.negativePrompt], ['', ''])
  const linked = read({ 7: node('CLIPTextEncode', { text: ['71', 0] }), 71: node('PrimitiveString', { value: '' }) })
  assert.equal(linked.negativePrompt, '')
})

test('prompts are followed through encoders of two texts, joins, wildcards, switches and guidance', () => {
  const prompt = (more: Record<string, unknown>) => read(more).prompt
  assert.equal(prompt({ 6: node('CLIPTextEncodeSDXL', { text_g: 'a fox', text_l: 'a fox' }) }), 'a fox')
  assert.equal(prompt({ 6: node('CLIPTextEncodeSDXL', { text_g: 'a fox', text_l: 'red' }) }), 'a fox, red')
  assert.equal(prompt({ 6: node('CLIPTextEncodeFlux', { clip_l: 'tags', t5xxl: 'a sentence' }) }), 'a sentence')
  assert.equal(
    prompt({
      6: node('CLIPTextEncode', { text: ['60', 0] }),
      60: node('StringConcatenate', { string_a: 'a fox', string_b: ['61', 0], delimiter: ' in ' }),
      61: node('String Literal', { string: 'snow' }),
    }),
    'a fox in snow',
  )
  assert.equal(
    prompt({ 6: node('ImpactWildcardEncode', { wildcard_text: '__a__', populated_text: 'a red fox', mode: true }) }),
    'a red fox',
  )
  assert.equal(
    prompt({
      6: node('FluxGuidance', { conditioning: ['60', 0], guidance: 3.5 }),
      60: node('CLIPTextEncode', { text: 'deep' }),
    }),
    'deep',
  )
  assert.equal(
    prompt({
      6: node('Any Switch (rgthree)', { any_01: ['60', 0], any_02: ['7', 0] }),
      60: node('CLIPTextEncode', { text: 'switched' }),
    }),
    'switched',
  )
  assert.equal(
    prompt({
      6: node('ConditioningConcat', { conditioning_to: ['60', 0], conditioning_from: ['61', 0] }),
      60: node('CLIPTextEncode', { text: 'one' }),
      61: node('CLIPTextEncode', { text: 'two' }),
    }),
    'one, two',
  )
  const loader = node('Efficient Loader', {
    ckpt_name: 'eff.safetensors',
    positive: 'yes',
    negative: 'no',
    lora_name: 'None',
    vae_name: 'Baked VAE',
  })
  const efficient = readComfyGraph({
    1: node('KSampler (Efficient)', { seed: 8, steps: 3, model: ['2', 0], positive: ['2', 1], negative: ['2', 2] }),
    2: loader,
  })
  assert.deepEqual([efficient?.prompt, efficient?.negativePrompt, efficient?.Model], ['yes', 'no', 'eff'])
  assert.deepEqual(efficient?.resources, [{ type: 'model', name: 'eff' }])
})

test('seeds, steps and names may be several links away', () => {
  const meta = read({
    3: node('KSampler', {
      seed: ['30', 0],
      steps: ['33', 0],
      cfg: 7,
      sampler_name: ['34', 0],
      scheduler: 'karras',
      model: ['40', 0],
      positive: ['6', 0],
    }),
    30: node('Reroute', { '': ['31', 0] }),
    31: node('Context Big (rgthree)', { seed: ['32', 0], steps: ['33', 0] }),
    32: node('Seed (rgthree)', { seed: '1058310243513826347' }),
    33: node('PrimitiveInt', { value: 30 }),
    34: node('Sampler Selector', { sampler_name: 'dpmpp_2m' }),
    40: node('LoraLoaderModelOnly', { lora_name: ['41', 0], strength_model: ['42', 0], model: ['43', 0] }),
    41: node('PrimitiveString', { value: 'linked.safetensors' }),
    42: node('PrimitiveFloat', { value: 0.25 }),
    43: node('CheckpointLoaderSimple', { ckpt_name: ['44', 0] }),
    44: node('Checkpoint Selector', { ckpt_name: 'chosen.ckpt' }),
  })
  assert.deepEqual(
    [meta.seed, meta.steps, meta.sampler, meta.Model],
    ['1058310243513826347', 30, 'DPM++ 2M Karras', 'chosen'],
  )
  assert.ok(Array.isArray(meta.resources))
  assert.deepEqual(
    meta.resources.filter(({ type }: { type: string }) => type === 'lora'),
    [{ type: 'lora', name: 'linked', weight: 0.25 }],
  )
})

test('loaders that hold lists give each LoRA that is on, and None is no resource', () => {
  const lists: [string, Inputs][] = [
    [
      'Power Lora Loader (rgthree)',
      {
        PowerLoraLoaderHeaderWidget: { type: 'x' },
        lora_1: { on: true, lora: 'a.safetensors', strength: 0.8 },
        lora_2: { on: false, lora: 'b.safetensors', strength: 1 },
        lora_3: { on: true, lora: 'None', strength: 1 },
      },
    ],
    [
      'CR LoRA Stack',
      {
        switch_1: 'On',
        lora_name_1: 'a.safetensors',
        model_weight_1: 0.8,
        switch_2: 'Off',
        lora_name_2: 'b.safetensors',
        model_weight_2: 1,
        switch_3: 'On',
        lora_name_3: 'None',
      },
    ],
    [
      'LoRA Stacker',
      { lora_count: 1, lora_name_1: 'a.safetensors', lora_wt_1: 0.8, lora_name_2: 'b.safetensors', lora_wt_2: 1 },
    ],
    [
      'Lora Loader Stack (rgthree)',
      {
        lora_01: 'a.safetensors',
        strength_01: 0.8,
        lora_02: 'None',
        strength_02: 1,
        lora_03: 'b.safetensors',
        strength_03: 0,
      },
    ],
    [
      'easy loraStack',
      { num_loras: 1, lora_1_name: 'a.safetensors', lora_1_strength: 0.8, lora_2_name: 'b.safetensors' },
    ],
    [
      'Lora Loader (LoraManager)',
      {
        loras: {
          __value__: [
            { name: 'a', strength: 0.8, active: true },
            { name: 'b', strength: 1, active: false },
          ],
        },
      },
    ],
    ['LoraLoader|pysssss', { lora_name: { content: 'a.safetensors', image: null }, strength_model: 0.8 }],
  ]
  for (const [type, inputs] of lists)
    assert.deepEqual(
      read({
        4: node('CheckpointLoaderSimple', { ckpt_name: 'm.ckpt' }),
        40: node(type, inputs),
        41: node('VAELoader', { vae_name: 'None' }),
      }).resources,
      [
        { type: 'model', name: 'm' },
        { type: 'lora', name: 'a', weight: 0.8 },
      ],
      type,
    )
})

test('AIRs as names of resources are versions of the site', () => {
  const meta = read({
    4: node('CheckpointLoaderSimple', { ckpt_name: 'urn:air:sdxl:checkpoint:civitai:101055@128078' }),
    40: node('LoraLoader', { lora_name: 'urn:air:sdxl:lora:civitai:122359@135867', strength_model: 0.5 }),
    41: node('VAELoader', { vae_name: 'urn:air:sdxl:vae:huggingface:stabilityai/sdxl-vae@main' }),
  })
  assert.deepEqual(meta.civitaiResources, [
    { type: 'checkpoint', modelVersionId: 128078 },
    { type: 'lora', modelVersionId: 135867, weight: 0.5 },
  ])
  assert.deepEqual(meta.resources, [{ type: 'vae', name: 'urn:air:sdxl:vae:huggingface:stabilityai/sdxl-vae@main' }])
})

test('a drawn graph names its widgets, and what is muted or bypassed takes no part', () => {
  const widget = (name: string) => ({ name, widget: { name }, link: null })
  const link = (name: string, id: number) => ({ name, link: id })
  const meta = readComfyGraph({
    nodes: [
      {
        id: 1,
        type: 'New Sampler',
        widgets_values: [7, 'randomize', 12, 'euler_ancestral'],
        inputs: [link('positive', 9), widget('seed'), widget('steps'), widget('sampler_name')],
      },
      { id: 2, type: 'CLIPTextEncode', widgets_values: ['drawn'], inputs: [] },
      { id: 3, type: 'LoraLoader', mode: 4, widgets_values: ['bypassed.safetensors', 1, 1] },
      { id: 4, type: 'LoraLoader', mode: 2, widgets_values: ['muted.safetensors', 1, 1] },
      {
        id: 5,
        type: 'Power Lora Loader (rgthree)',
        widgets_values: [{}, { type: 'h' }, { on: true, lora: 'listed.safetensors', strength: 1 }],
      },
    ],
    links: [[9, 2, 0, 1, 0, 'CONDITIONING']],
  })
  assert.deepEqual(meta, {
    prompt: 'drawn',
    seed: 7,
    steps: 12,
    sampler: 'Euler a',
    resources: [{ type: 'lora', name: 'listed', weight: 1 }],
  })
})

test('Flux shows its guidance where it has no cfg', () => {
  const meta = readComfyGraph({
    1: node('SamplerCustomAdvanced', {
      noise: ['2', 0],
      guider: ['3', 0],
      sampler: ['4', 0],
      sigmas: ['5', 0],
      latent_image: ['9', 0],
    }),
    2: node('RandomNoise', { noise_seed: ['20', 0] }),
    20: node('Seed', { seed: 11 }),
    3: node('BasicGuider', { model: ['7', 0], conditioning: ['6', 0] }),
    4: node('KSamplerSelect', { sampler_name: 'dpmpp_2m' }),
    5: node('SplitSigmas', { sigmas: ['50', 0], step: 3 }),
    50: node('BasicScheduler', { scheduler: 'beta', steps: 20, denoise: 0.9, model: ['7', 0] }),
    6: node('FluxGuidance', { guidance: 3.5, conditioning: ['60', 0] }),
    60: node('CLIPTextEncode', { text: 'a fox' }),
    7: node('UnetLoaderGGUF', { unet_name: 'flux.gguf' }),
    9: node('EmptySD3LatentImage', { width: 1024, height: 768 }),
  })
  assert.deepEqual(meta, {
    prompt: 'a fox',
    seed: 11,
    steps: 20,
    cfgScale: 3.5,
    sampler: 'DPM++ 2M',
    scheduler: 'beta',
    denoise: 0.9,
    Size: '1024x768',
    Model: 'flux',
    resources: [{ type: 'model', name: 'flux' }],
  })
})

test('circles and graphs that fan out end', () => {
  const wide = Object.fromEntries(
    Array.from({ length: 400 }, (_, id) => [
      id,
      node(
        'Any Switch',
        Object.fromEntries(Array.from({ length: 40 }, (_, input) => [`any_${input}`, [String((id + input) % 400), 0]])),
      ),
    ]),
  )
  const sampler = { seed: ['1', 0], positive: ['2', 0], negative: ['3', 0], model: ['4', 0], latent_image: ['5', 0] }
  assert.doesNotThrow(() => readComfyGraph({ ...wide, s: node('KSampler', sampler) }))
})
