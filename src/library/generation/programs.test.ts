import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImageTexts } from './image-texts.ts'
import { parseGenerationParameters } from './parse-generation.ts'
import { siteSamplerName } from './sampler-names.ts'

const parse = (texts: Partial<ImageTexts>) =>
  parseGenerationParameters({ byKeyword: {}, comments: [], problems: [], ...texts })
const metaOf = (byKeyword: Record<string, string>) => parse({ byKeyword })?.meta ?? {}
const pick = (meta: Record<string, unknown>, ...keys: string[]) => keys.map((key) => meta[key])
const common = ['prompt', 'negativePrompt', 'seed', 'steps', 'cfgScale', 'sampler', 'Size', 'Model'] as const

const blake3 = 'ab'.repeat(32)

test('InvokeAI: the metadata of versions 4 and 3, with models, LoRAs and hashes', () => {
  const shared = {
    generation_mode: 'sdxl_txt2img',
    positive_prompt: 'a fox',
    negative_prompt: 'bad',
    width: 1024,
    height: 768,
    seed: 77,
    cfg_scale: 7.5,
    steps: 30,
    scheduler: 'dpmpp_2m_k',
  }
  const expected = ['a fox', 'bad', 77, 30, 7.5, 'DPM++ 2M Karras', '1024x768', 'juggernaut']
  const four = {
    ...shared,
    model: { key: 'k', hash: `blake3:${blake3}`, name: 'juggernaut', base: 'sdxl', type: 'main' },
    loras: [{ model: { name: 'fox', hash: 'random:1', type: 'lora' }, weight: 0.75 }],
    vae: { name: 'fixed', type: 'vae' },
    app_version: '4.2.0',
  }
  const parsed = parse({ byKeyword: { invokeai_metadata: JSON.stringify(four) } })
  assert.deepEqual(pick(parsed?.meta ?? {}, ...common, 'app_version', 'scheduler'), [
    ...expected,
    '4.2.0',
    'dpmpp_2m_k',
  ])
  assert.deepEqual(parsed?.meta.resources, [
    { type: 'model', name: 'juggernaut', hash: blake3 },
    { type: 'lora', name: 'fox', weight: 0.75 },
    { type: 'vae', name: 'fixed' },
  ])
  assert.deepEqual(parsed?.hashes, [blake3.toUpperCase()])
  const three = {
    ...shared,
    model: { model_name: 'juggernaut', base_model: 'sdxl', model_type: 'main' },
    loras: [{ lora: { model_name: 'fox', base_model: 'sdxl' }, weight: 0.5 }],
  }
  const meta = metaOf({ invokeai_metadata: JSON.stringify(three) })
  assert.deepEqual(pick(meta, ...common), expected)
  assert.deepEqual(meta.resources, [
    { type: 'model', name: 'juggernaut' },
    { type: 'lora', name: 'fox', weight: 0.5 },
  ])
})

test('InvokeAI: sd-metadata and Dream of versions 2 and 1, whose negative prompt is in brackets', () => {
  const image = {
    prompt: [{ prompt: 'a fox [bad, blurry] in snow', weight: 1 }],
    steps: 50,
    cfg_scale: 7.5,
    height: 512,
    width: 640,
    seed: 42,
    sampler: 'k_euler_a',
  }
  const old = JSON.stringify({ model_weights: 'stable-diffusion-1.5', model_hash: blake3, app_version: '2.2.5', image })
  const expected = ['a fox in snow', 'bad, blurry', 42, 50, 7.5, 'Euler a', '640x512']
  assert.deepEqual(pick(metaOf({ 'sd-metadata': old }), ...common), [...expected, 'stable-diffusion-1.5'])
  const dream = '"a fox [bad, blurry] in snow" -s 50 -S 42 -W 640 -H 512 -C 7.5 -A k_euler_a'
  assert.deepEqual(pick(metaOf({ Dream: dream }), ...common), [...expected, undefined])
  const plain = JSON.stringify({ image: { ...image, prompt: 'a fox' } })
  assert.deepEqual(pick(metaOf({ 'sd-metadata': plain }), 'prompt', 'negativePrompt'), ['a fox', ''])
  assert.deepEqual(metaOf({ Dream: 'my holiday' }), {})
})

test('NovelAI: prompts, seed and model from Description, Source and the JSON in Comment', () => {
  const comment = { steps: 28, sampler: 'k_euler_ancestral', seed: 3623, scale: 5, uc: 'bad', noise_schedule: 'native' }
  const chunks = { Software: 'NovelAI', Source: 'Stable Diffusion XL C1E1DE52', Description: 'a fox' }
  const expected = ['a fox', 'bad', 3623, 28, 5, 'Euler a']
  const old = metaOf({ ...chunks, Comment: JSON.stringify(comment) })
  assert.deepEqual(pick(old, ...common), [...expected, undefined, 'Stable Diffusion XL C1E1DE52'])
  const four = {
    ...comment,
    prompt: 'a fox',
    width: 832,
    height: 1216,
    v4_prompt: { caption: { base_caption: 'a fox', char_captions: [] } },
    v4_negative_prompt: { caption: { base_caption: 'bad' } },
    signed_hash: 'x',
  }
  const meta = metaOf({ ...chunks, Comment: JSON.stringify(four) })
  assert.deepEqual(pick(meta, ...common), [...expected, '832x1216', 'Stable Diffusion XL C1E1DE52'])
  assert.equal('signed_hash' in meta, false)
  assert.deepEqual(metaOf({ Comment: 'Created with GIMP', Description: 'x' }), {})
  assert.deepEqual(metaOf({ Comment: '{"a":1}' }), {})
})

test('Fooocus: its own scheme, with hashes and weights of LoRAs', () => {
  const json = {
    prompt: 'a fox',
    negative_prompt: 'bad',
    full_prompt: ['a fox', 'more'],
    steps: 30,
    resolution: '(1152, 896)',
    guidance_scale: 4,
    base_model: 'juggernautXL_v8Rundiffusion',
    base_model_hash: 'aeb7e9e689',
    refiner_model: 'None',
    sampler: 'dpmpp_2m_sde_gpu',
    scheduler: 'karras',
    seed: '4159895726312427221',
    loras: [['sd_xl_offset_example-lora_1.0', 0.1, '4852686128']],
    metadata_scheme: 'fooocus',
    version: 'Fooocus v2.4',
  }
  const texts = { parameters: JSON.stringify(json), fooocus_scheme: 'fooocus' }
  const parsed = parse({ byKeyword: texts })
  assert.deepEqual(pick(parsed?.meta ?? {}, ...common), [
    'a fox',
    'bad',
    '4159895726312427221',
    30,
    4,
    'DPM++ 2M SDE Karras',
    '1152x896',
    'juggernautXL_v8Rundiffusion',
  ])
  assert.deepEqual(parsed?.meta.resources, [
    { type: 'model', name: 'juggernautXL_v8Rundiffusion', hash: 'aeb7e9e689' },
    { type: 'lora', name: 'sd_xl_offset_example-lora_1.0', hash: '4852686128', weight: 0.1 },
  ])
  assert.deepEqual(parsed?.hashes, ['AEB7E9E689', '4852686128'])
  assert.deepEqual(parse({ comments: [texts.parameters] })?.meta, parsed?.meta, 'in a comment of a JPEG')
})

test('RuinedFooocus: its JSON, also where it is a text within JSON', () => {
  const json = JSON.stringify({
    Prompt: 'a fox',
    Negative: 'bad',
    steps: 30,
    cfg: 8,
    width: 1024,
    height: 768,
    seed: 12,
    sampler_name: 'dpmpp_2m_sde_gpu',
    scheduler: 'karras',
    base_model_name: 'sd_xl_base_1.0.safetensors',
    base_model_hash: '31e35c80fc',
    loras: [['fox.safetensors', 0.5], ['aabbccddee', '0.7 - snow'], { name: 'None', weight: 1 }],
    software: 'RuinedFooocus',
  })
  for (const parameters of [json, JSON.stringify(json)]) {
    const meta = metaOf({ parameters })
    assert.deepEqual(pick(meta, ...common), [
      'a fox',
      'bad',
      12,
      30,
      8,
      'DPM++ 2M SDE Karras',
      '1024x768',
      'sd_xl_base_1.0',
    ])
    assert.deepEqual(meta.resources, [
      { type: 'model', name: 'sd_xl_base_1.0', hash: '31e35c80fc' },
      { type: 'lora', name: 'fox', weight: 0.5 },
      { type: 'lora', name: 'snow', hash: 'aabbccddee', weight: 0.7 },
    ])
  }
})

test('the site: what was entered and the versions that were used, from its graphs of any year', () => {
  const extra = {
    prompt: 'a fox',
    negativePrompt: 'bad',
    cfgScale: 7,
    steps: 25,
    seed: 123,
    sampler: 'Euler a',
    workflowId: 'txt2img',
    resources: [
      { modelVersionId: 128078, type: 'checkpoint' },
      { modelVersionId: 135867, strength: 0.5 },
    ],
  }
  const nodes = {
    1: { class_type: 'KSampler', inputs: { seed: 1, steps: 1, positive: ['2', 0] } },
    2: { class_type: 'CLIPTextEncode', inputs: { text: 'inner' } },
  }
  const airs = ['urn:air:sdxl:lora:civitai:122359@135867', 'urn:air:sdxl:checkpoint:civitai:4384']
  const legacy = JSON.stringify({ ...nodes, extra: { airs }, extraMetadata: JSON.stringify(extra) })
  const civitaiResources = [
    { type: 'lora', modelVersionId: 135867, weight: 0.5 },
    { type: 'checkpoint', modelId: 4384 },
    { type: 'checkpoint', modelVersionId: 128078 },
  ]
  for (const texts of [{ comments: [legacy] }, { byKeyword: { parameters: legacy } }]) {
    const meta = parse(texts)?.meta ?? {}
    assert.deepEqual(pick(meta, 'prompt', 'negativePrompt', 'seed', 'steps', 'cfgScale', 'sampler', 'workflow'), [
      'a fox',
      'bad',
      123,
      25,
      7,
      'Euler a',
      'txt2img',
    ])
    assert.deepEqual(meta.civitaiResources, civitaiResources)
  }
  const webp = parse({
    byKeyword: { prompt: JSON.stringify(nodes) },
    comments: [JSON.stringify({ extraMetadata: extra })],
  })
  assert.deepEqual(pick(webp?.meta ?? {}, 'prompt', 'seed', 'steps'), ['a fox', 123, 25])
  const workflow = JSON.stringify({ nodes: [], extra: { ckpt_airs: ['4384@128713'], lora_airs: ['5@6'] } })
  assert.deepEqual(metaOf({ prompt: JSON.stringify(nodes), workflow }).civitaiResources, [
    { type: 'checkpoint', modelVersionId: 128713 },
    { type: 'lora', modelVersionId: 6 },
  ])
})

test('"Civitai resources" with an AIR instead of a version id are versions of the site', () => {
  const list = JSON.stringify([
    { type: 'checkpoint', modelVersionId: 290640, modelName: 'a, "b" [c]' },
    { type: 'lora', weight: 0.8, air: 'urn:air:sdxl:lora:civitai:122359@135867' },
    { air: 'urn:air:sd1:embedding:civitai:7808@9208', versionName: 'x' },
    { type: 'lora', air: 'urn:air:sd1:lora:civitai:99' },
    { type: 'lora', modelName: 'nameless' },
    null,
  ])
  assert.deepEqual(metaOf({ parameters: `fox\nSteps: 1, Civitai resources: ${list}, Version: v1` }).civitaiResources, [
    { type: 'checkpoint', modelVersionId: 290640 },
    { type: 'lora', modelVersionId: 135867, weight: 0.8 },
    { type: 'embedding', modelVersionId: 9208 },
    { type: 'lora', modelId: 99 },
  ])
})

test('A1111: AddNet, refiner, hires checkpoint and hypernetwork are resources', () => {
  const settings =
    'Steps: 20, Model hash: 6ce0161689, Model: v1-5, AddNet Enabled: True, AddNet Module 1: LoRA, AddNet Model 1: fox_v1(aabbccddeeff), AddNet Weight A 1: 0.6, AddNet Weight B 1: 0.5, AddNet Module 2: LoRA, AddNet Model 2: None, AddNet Module 3: LoRA, AddNet Model 3: snow(112233445566), AddNet Weight 3: 1, Refiner: sd_xl_refiner_1.0 [7440042bbd], Refiner switch at: 0.8, Hires checkpoint: Use same checkpoint, Hypernet: hyper, Hypernet hash: 99887766, Hypernet strength: 0.3'
  const parsed = parse({ byKeyword: { parameters: `a fox\n${settings}` } })
  assert.deepEqual(parsed?.meta.resources, [
    { type: 'model', name: 'v1-5', hash: '6ce0161689' },
    { type: 'lora', name: 'fox_v1', hash: 'aabbccddeeff', weight: 0.6 },
    { type: 'lora', name: 'snow', hash: '112233445566', weight: 1 },
    { type: 'hypernet', name: 'hyper', hash: '99887766', weight: 0.3 },
    { type: 'model', name: 'sd_xl_refiner_1.0', hash: '7440042bbd' },
  ])
  assert.ok(parsed?.hashes.includes('7440042BBD'))
  const off = metaOf({ parameters: 'a\nSteps: 1, AddNet Enabled: False, AddNet Model 1: fox(aabbccddeeff)' })
  assert.equal('resources' in off, false)
})

test('A1111: a text on one line, and a prompt and a negative prompt on one line', () => {
  const line =
    'a fox, Steps: up Negative prompt: bad, ugly Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 512x768'
  assert.deepEqual(pick(metaOf({ parameters: line }), 'prompt', 'negativePrompt', 'steps', 'seed', 'Size'), [
    'a fox, Steps: up',
    'bad, ugly',
    20,
    5,
    '512x768',
  ])
  const two = 'a fox Negative prompt: bad\nSteps: 20, Seed: 5'
  assert.deepEqual(pick(metaOf({ parameters: two }), 'prompt', 'negativePrompt'), ['a fox', 'bad'])
  assert.deepEqual(metaOf({ parameters: 'Steps: to the river' }), {})
})

test('A1111: settings that a template repeats are not taken from it', () => {
  const text = `a red fox\nNegative prompt: bad\nSteps: 20, Seed: 5, Version: v1.6\nTemplate: a {red|blue} fox\nSteps: 99, Seed: 7\nNegative Template: {bad|ugly}`
  assert.deepEqual(
    pick(metaOf({ parameters: text }), 'prompt', 'negativePrompt', 'steps', 'seed', 'Template', 'Negative Template'),
    ['a red fox', 'bad', 20, 5, 'a {red|blue} fox\nSteps: 99, Seed: 7', '{bad|ugly}'],
  )
  const quoted = 'a fox\nSteps: 20, Seed: 5, Template: "a {red|blue} fox, Steps: 99, Seed: 7", Version: v1.6'
  assert.deepEqual(pick(metaOf({ parameters: quoted }), 'steps', 'seed', 'Template', 'Version'), [
    20,
    5,
    'a {red|blue} fox, Steps: 99, Seed: 7',
    'v1.6',
  ])
  const repeated = 'a fox\nSteps: 20, Seed: 5, Template: a fox, Seed: 7'
  assert.equal(metaOf({ parameters: repeated }).seed, 5)
})

test('A1111: values with brackets, commas and quotes end where they close', () => {
  const settings = `Steps: 1, A: "x, \\"y\\", [z", B: [1, {"c": "]}"}], C: (1.5, 0.8), D: {broken, E: [, F: 5" gun, G: last`
  const meta = metaOf({ parameters: `p\n${settings}` })
  assert.deepEqual(pick(meta, 'A', 'B', 'D', 'E', 'G'), ['x, "y", [z', [1, { c: ']}' }], '{broken', '[', 'last'])
})

test('samplers have the names of the site, whatever program wrote them', () => {
  const table: [string, string | undefined, string][] = [
    ['euler_ancestral', 'normal', 'Euler a'],
    ['euler', 'karras', 'Euler'],
    ['dpmpp_2m', 'karras', 'DPM++ 2M Karras'],
    ['dpmpp_2m', 'simple', 'DPM++ 2M'],
    ['dpmpp_2m_sde_gpu', 'karras', 'DPM++ 2M SDE Karras'],
    ['dpmpp_3m_sde', 'exponential', 'DPM++ 3M SDE Exponential'],
    ['dpm_2_ancestral', 'karras', 'DPM2 a Karras'],
    ['uni_pc_bh2', undefined, 'UniPC'],
    ['k_lms', undefined, 'LMS'],
    ['k_dpmpp_2s_ancestral', 'karras', 'DPM++ 2S a Karras'],
    ['euler_k', undefined, 'Euler'],
    ['dpmpp_sde_k', undefined, 'DPM++ SDE Karras'],
    ['ddim', undefined, 'DDIM'],
    ['lcm', undefined, 'LCM'],
    ['res_multistep', 'karras', 'res_multistep'],
    ['DPM++ 2M Karras', undefined, 'DPM++ 2M Karras'],
  ]
  for (const [sampler, scheduler, expected] of table) assert.equal(siteSamplerName(sampler, scheduler), expected)
  const swarm = { sui_image_params: { prompt: 'a', sampler: 'dpmpp_2m', scheduler: 'karras' } }
  assert.deepEqual(pick(metaOf({ parameters: JSON.stringify(swarm) }), 'sampler', 'scheduler'), [
    'DPM++ 2M Karras',
    'karras',
  ])
  assert.equal(metaOf({ parameters: 'a\nSteps: 1, Sampler: euler_ancestral' }).sampler, 'Euler a')
})
