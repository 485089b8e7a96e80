import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import sharp from 'sharp'
import { withChunk } from '../images/images-with-text.fixture.ts'
import { type ImageTexts, imageTextsOf } from './image-texts.ts'
import { parseGenerationParameters } from './parse-generation.ts'
import { scanSettings } from './text-settings.ts'
import { decodeUserComment } from './user-comment.ts'

const parse = (texts: Partial<ImageTexts>) =>
  parseGenerationParameters({ byKeyword: {}, comments: [], problems: [], ...texts })

const text = `a red fox, <lora:fox_style:0.8>, forest
second line
Negative prompt: blurry, bad
hands
Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 1234567890, Size: 512x768, Model hash: 6ce0161689, Model: v1-5, Clip skip: 2, Lora hashes: "fox_style: aabbccddeeff, other: 112233445566", Hashes: {"model": "6ce0161689", "embed:bad": "1234567890"}, Version: v1.9, Civitai resources: [{"type":"checkpoint","modelVersionId":290640,"weight":1},{"modelVersionId":-1}]`

test('the text form gives prompts, settings by their names, resources and hashes', () => {
  const parsed = parse({ byKeyword: { parameters: text } })
  assert.deepEqual(parsed?.meta, {
    prompt: 'a red fox, <lora:fox_style:0.8>, forest\nsecond line',
    negativePrompt: 'blurry, bad\nhands',
    steps: 20,
    sampler: 'DPM++ 2M Karras',
    cfgScale: 7.5,
    seed: 1234567890,
    Size: '512x768',
    'Model hash': '6ce0161689',
    Model: 'v1-5',
    clipSkip: 2,
    'Lora hashes': 'fox_style: aabbccddeeff, other: 112233445566',
    Version: 'v1.9',
    hashes: {
      'lora:fox_style': 'aabbccddeeff',
      'lora:other': '112233445566',
      model: '6ce0161689',
      'embed:bad': '1234567890',
    },
    resources: [
      { type: 'model', name: 'v1-5', hash: '6ce0161689' },
      { type: 'lora', name: 'fox_style', hash: 'aabbccddeeff', weight: 0.8 },
      { type: 'lora', name: 'other', hash: '112233445566' },
      { type: 'embed', name: 'bad', hash: '1234567890' },
    ],
    civitaiResources: [{ type: 'checkpoint', modelVersionId: 290640, weight: 1 }],
  })
  assert.deepEqual([...(parsed?.hashes ?? [])].sort(), ['112233445566', '1234567890', '6CE0161689', 'AABBCCDDEEFF'])
})

test('a seed too large for a number stays a text', () => {
  const parsed = parse({ byKeyword: { parameters: 'x\nSteps: 1, Seed: 18446744073709551615' } })
  assert.equal(parsed?.meta.seed, '18446744073709551615')
})

test('large seeds of graphs and of SwarmUI keep their digits', () => {
  const seeds = {
    '1058310243513826347': '1058310243513826347',
    '18446744073709551615': '18446744073709551615',
    '-9007199254740993': '-9007199254740993',
    '9007199254740991': 9007199254740991,
  }
  for (const [digits, expected] of Object.entries(seeds)) {
    const prompt = `{"1":{"class_type":"KSampler","inputs":{"seed": ${digits},"positive":["2",0]}}}`
    assert.equal(parse({ byKeyword: { prompt } })?.meta.seed, expected)
    const swarm = `{"sui_image_params":{"prompt":"a","seed":${digits},"id":${digits}}}`
    const { meta } = parse({ byKeyword: { parameters: swarm } }) ?? {}
    assert.deepEqual([meta?.seed, meta?.id], [expected, expected])
  }
})

test('the words NaN and Infinity in prompts, titles and keys stay as written, with real ones next to them', () => {
  const texts = [
    'masterpiece, Infinity, stars',
    '(mirror:1.2), [Infinity], NaN, end',
    'NaN',
    'a "quoted": -Infinity, end',
    'C:\\, NaN]',
    'reads: NaN',
  ]
  for (const text of texts)
    for (const indent of [0, 4]) {
      const graph = {
        1: { class_type: 'KSampler', inputs: { positive: ['2', 0], seed: 1, NaN: 1, bad: 'BAD', list: ['BAD'] } },
        2: { class_type: 'CLIPTextEncode', inputs: { text }, _meta: { title: text } },
      }
      const prompt = JSON.stringify(graph, null, indent).replaceAll('"BAD"', 'NaN')
      assert.equal(parse({ byKeyword: { prompt } })?.meta.prompt, text, prompt)
    }
})

test('a comment without settings is no generation', () => {
  assert.equal(parse({ byKeyword: { parameters: 'my holiday' }, comments: [''] }), undefined)
  assert.equal(parse({ byKeyword: { Software: 'x' } }), undefined)
})

const graph = {
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed: 5,
      steps: 25,
      cfg: 6,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['10', 0],
      positive: ['6', 0],
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
  },
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'v1-5.safetensors' } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 768, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: ['11', 0], clip: ['10', 1] } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['10', 1] } },
  '10': {
    class_type: 'LoraLoader',
    inputs: { lora_name: 'fox.safetensors', strength_model: 0.7, model: ['4', 0], clip: ['4', 1] },
  },
  '11': { class_type: 'PrimitiveString', inputs: { value: 'a red fox' } },
}

test('a node graph is followed from its sampler', () => {
  const parsed = parse({
    byKeyword: { prompt: JSON.stringify(graph).replace('"denoise":1', '"denoise":NaN') },
  })
  assert.deepEqual(parsed?.meta, {
    prompt: 'a red fox',
    negativePrompt: 'blurry',
    seed: 5,
    steps: 25,
    cfgScale: 6,
    sampler: 'Euler',
    scheduler: 'normal',
    Size: '512x768',
    Model: 'v1-5',
    resources: [
      { type: 'model', name: 'v1-5' },
      { type: 'lora', name: 'fox', weight: 0.7 },
    ],
  })
})

test('a graph as it was drawn is read where it was not saved as executed', () => {
  const workflow = {
    nodes: [
      {
        id: 1,
        type: 'KSampler',
        widgets_values: [5, 'fixed', 25, 6, 'euler', 'normal', 1],
        inputs: [
          { name: 'positive', link: 9 },
          { name: 'negative', link: null },
        ],
      },
      { id: 2, type: 'CLIPTextEncode', widgets_values: ['a red fox'] },
    ],
    links: [[9, 2, 0, 1, 0, 'CONDITIONING'], null],
  }
  const { meta } = parse({ byKeyword: { workflow: JSON.stringify(workflow) } }) ?? {}
  assert.deepEqual([meta?.prompt, meta?.seed, meta?.steps, meta?.sampler], ['a red fox', 5, 25, 'Euler'])
})

test('a sampler of separate parts has its settings in the nodes around it', () => {
  const parts = {
    '1': {
      class_type: 'SamplerCustomAdvanced',
      inputs: { noise: ['2', 0], guider: ['3', 0], sampler: ['4', 0], sigmas: ['5', 0] },
    },
    '2': { class_type: 'RandomNoise', inputs: { noise_seed: 77 } },
    '3': { class_type: 'BasicGuider', inputs: { conditioning: ['6', 0], model: ['7', 0] } },
    '4': { class_type: 'KSamplerSelect', inputs: { sampler_name: 'euler' } },
    '5': { class_type: 'BasicScheduler', inputs: { scheduler: 'simple', steps: 20, denoise: 1 } },
    '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a fox' } },
    '7': { class_type: 'UNETLoader', inputs: { unet_name: 'flux1-dev.safetensors' } },
  }
  const { meta } = parse({ byKeyword: { prompt: JSON.stringify(parts) } }) ?? {}
  assert.deepEqual(
    [meta?.prompt, meta?.seed, meta?.steps, meta?.sampler, meta?.scheduler, meta?.Model],
    ['a fox', 77, 20, 'Euler', 'simple', 'flux1-dev'],
  )
})

test('a graph that is a circle ends', () => {
  const circle = {
    '1': { class_type: 'KSampler', inputs: { positive: ['2', 0], negative: ['1', 0], seed: 1 } },
    '2': { class_type: 'X', inputs: { a: ['1', 0], b: ['2', 0] } },
  }
  assert.equal(parse({ byKeyword: { prompt: JSON.stringify(circle) } })?.meta.seed, 1)
})

test('the JSON of SwarmUI is read', () => {
  const json = {
    sui_image_params: {
      prompt: 'a fox',
      negativeprompt: 'cat',
      model: 'fox',
      seed: 3,
      steps: 20,
      cfgscale: 7,
      width: 640,
      height: 480,
    },
    sui_models: [{ name: 'fox.safetensors', param: 'model', hash: `0x${'ab'.repeat(32)}` }],
  }
  const parsed = parse({ byKeyword: { parameters: JSON.stringify(json) } })
  assert.deepEqual(
    [parsed?.meta.prompt, parsed?.meta.negativePrompt, parsed?.meta.cfgScale, parsed?.meta.Size],
    ['a fox', 'cat', 7, '640x480'],
  )
  assert.deepEqual(parsed?.hashes, ['ABABABABABAB'])
})

test('a user comment is decoded in both byte orders, in ASCII and without a code', () => {
  const little = Buffer.from(`狐${text}`, 'utf16le')
  assert.equal(decodeUserComment(Buffer.concat([Buffer.from('UNICODE\0'), little])), `狐${text}`)
  assert.equal(decodeUserComment(Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from(little).swap16()])), `狐${text}`)
  assert.equal(decodeUserComment(Buffer.from(`ASCII\0\0\0${text}`)), text)
  assert.equal(decodeUserComment(Buffer.from(text)), text)
})

test('parameters are found in real PNG, JPEG, WebP and AVIF files', async () => {
  const pixel = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
  const png = await pixel.clone().png().toBuffer()
  const exif = { IFD2: { UserComment: text } }
  for (const image of [
    withChunk(png, 'tEXt', Buffer.from(`parameters\0${text}`)),
    await pixel.clone().withExif(exif).jpeg().toBuffer(),
    await pixel.clone().withExif(exif).webp().toBuffer(),
    await pixel.clone().withExif(exif).avif().toBuffer(),
  ])
    assert.equal(parseGenerationParameters(await imageTextsOf(image))?.meta.steps, 20)
  const unicode = withChunk(png, 'iTXt', Buffer.from(`parameters\0\0\0\0\0狐\nSteps: 3, Seed: 1`))
  assert.equal(parseGenerationParameters(await imageTextsOf(unicode))?.meta.prompt, '狐')
})

test('what is no image has no texts', async () => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('hello'),
    Buffer.from('\x89PNG\r\n\x1a\n\xff\xff\xff\xff', 'latin1'),
  ])
    assert.deepEqual(await imageTextsOf(bytes), { byKeyword: {}, comments: [], problems: [] })
})

test('settings are read within a number of steps that grows with their length, whatever they hold', () => {
  const hostile = [
    'a',
    'a: "',
    'a: {',
    ', ',
    'a b ',
    'X: [, ',
    'X: {, ',
    'X: ["',
    'X: {"a, ',
    'a: "\\',
    'X:[',
    'X: [] , Y: [',
    ':',
    ' : ',
  ]
  for (const piece of hostile)
    for (const length of [10_000, 100_000]) {
      const text = piece.repeat(length / piece.length)
      const { scannedCharacters } = scanSettings(text)
      assert.ok(scannedCharacters <= 20 * text.length, `${piece}: ${scannedCharacters} of ${text.length}`)
    }
})

test('no text makes reading fail', () => {
  const chunk = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"1":{"class_type":"KSampler","inputs":{"positive":${json}}}}`),
    fc.string().map((tail) => `p\nSteps: 1, ${tail}`),
    fc.json().map((json) => `{"nodes":[${json}],"links":${json}}`),
  )
  fc.assert(
    fc.property(fc.constantFrom('parameters', 'prompt', 'workflow', 'sui_image_params'), chunk, (keyword, value) => {
      const parsed = parse({ byKeyword: { [keyword]: value } })
      for (const hash of parsed?.hashes ?? []) assert.match(hash, /^[0-9A-F]+$/)
    }),
    { numRuns: 1000 },
  )
})
