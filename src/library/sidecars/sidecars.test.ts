import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sidecarKinds } from './claim.ts'
import { readSidecar } from './sidecar-files.ts'

const hash = 'ab'.repeat(32)

const siteVersion = {
  id: 290640,
  modelId: 257749,
  name: 'V6 (start with this one)',
  trainedWords: ['score_9', ' score_9 ', '', 5],
  baseModel: 'Pony',
  baseModelType: 'Standard',
  description: '<p>version</p>',
  publishedAt: '2024-01-10T04:25:15.123',
  availability: 'Public',
  stats: { downloadCount: 7, thumbsUpCount: 2 },
  model: {
    name: 'Pony Diffusion V6 XL',
    type: 'Checkpoint',
    nsfw: false,
    poi: false,
    description: '<p>model</p>',
    tags: ['base model', { name: 'pony' }],
    allowNoCredit: true,
    allowCommercialUse: '{Image,RentCivit}',
    allowDerivatives: true,
    allowDifferentLicense: false,
  },
  creator: { username: '0042', image: null },
  files: [
    {
      id: 228616,
      name: 'pony.safetensors',
      type: 'Model',
      sizeKB: 6775430.4,
      primary: true,
      metadata: { fp: 'fp16', size: 'pruned', format: 'SafeTensor' },
      hashes: { SHA256: hash, AutoV3: 'c'.repeat(64), CRC32: 'zz' },
    },
  ],
  images: [
    {
      url: 'https://image.example/x/width=450/5632671.jpeg',
      nsfwLevel: 1,
      width: 1024,
      height: 1024,
      hash: 'UEG',
      type: 'image',
      meta: { prompt: 'x' },
    },
    { url: 'https://image.example/y.mp4', nsfw: 'Mature', width: 0, height: null },
  ],
  extensions: { unknown: true },
}

test('a response of the site is read in full', () => {
  const claim = readSidecar('civitai-info', `\uFEFF${JSON.stringify(siteVersion)}`)
  assert.equal(claim.versionId, 290640)
  assert.equal(claim.modelId, 257749)
  assert.equal(claim.modelType, 'Checkpoint')
  assert.equal(claim.baseModel, 'Pony')
  assert.deepEqual(claim.trainedWords, ['score_9'])
  assert.deepEqual(claim.tags, ['base model', 'pony'])
  assert.deepEqual(claim.creator, { username: '0042' })
  assert.deepEqual(claim.allowCommercialUse, ['Image', 'RentCivit'])
  assert.equal(claim.publishedAt, Date.UTC(2024, 0, 10, 4, 25, 15, 123))
  assert.deepEqual(claim.sha256, [hash.toUpperCase()])
  assert.deepEqual(claim.files?.[0]?.hashes, { SHA256: hash.toUpperCase(), AutoV3: 'C'.repeat(12) })
  assert.deepEqual(claim.files?.[0]?.metadata, { fp: 'fp16', size: 'pruned', format: 'SafeTensor' })
  assert.deepEqual(
    claim.images?.map(({ id, nsfwLevel, type, width }) => [id, nsfwLevel, type, width]),
    [
      [5632671, 1, 'image', 1024],
      [undefined, 4, 'video', undefined],
    ],
  )
})

test('a leading 0x of a hash is removed in every sidecar that has hashes', () => {
  const prefixed = `0x${hash}`
  const files = [{ name: 'a.safetensors', hashes: { SHA256: prefixed, AutoV2: '0XABCDEF0123', CRC32: '0x0x012345' } }]
  const info = readSidecar('civitai-info', JSON.stringify({ id: 5, files }))
  assert.deepEqual(info.sha256, [hash.toUpperCase()])
  assert.deepEqual(info.files?.[0]?.hashes, { SHA256: hash.toUpperCase(), AutoV2: 'ABCDEF0123' })
  assert.deepEqual(
    info.problems.map(({ field }) => field),
    ['files[0].hashes.CRC32'],
  )
  const texts = { 'metadata-json': { sha256: prefixed }, 'cm-info': { Hashes: { SHA256: prefixed } } } as const
  for (const kind of ['metadata-json', 'cm-info'] as const) {
    const claim = readSidecar(kind, JSON.stringify(texts[kind]))
    assert.deepEqual([claim.sha256, claim.problems], [[hash.toUpperCase()], []], kind)
  }
})

test('each invalid field is named, and the others are read', () => {
  const broken = {
    ...siteVersion,
    id: 1e30,
    baseModel: 5,
    files: 'none',
    images: [null, 'x', { url: 3 }],
    model: { name: 'Kept', type: 'Spaceship', nsfw: 'maybe' },
  }
  const claim = readSidecar('civitai-info', JSON.stringify(broken))
  assert.equal(claim.versionId, undefined)
  assert.equal(claim.modelId, 257749)
  assert.equal(claim.modelName, 'Kept')
  const fields = claim.problems.map(({ field }) => field)
  for (const field of ['id', 'baseModel', 'files', 'images[1]', 'model.type', 'model.nsfw'])
    assert.ok(fields.includes(field), field)
})

test('ids are positive 32-bit integers or absent', () => {
  for (const id of [0, -1, 1.5, 2 ** 31, '12x', [], true]) {
    const claim = readSidecar('civitai-info', JSON.stringify({ id }))
    assert.equal(claim.versionId, undefined)
    assert.equal(claim.problems.length, 1, String(id))
  }
  assert.equal(readSidecar('civitai-info', '{"id":2147483647}').versionId, 2147483647)
})

test('a stub for a model that was not found claims nothing and has no problems', () => {
  assert.deepEqual(readSidecar('civitai-info', '{"id":"","modelId":""}'), {
    source: 'civitai-info',
    sha256: [],
    problems: [],
  })
})

test('the sidecar of a LoRA manager adds user settings to the facts of the site', () => {
  const claim = readSidecar(
    'metadata-json',
    JSON.stringify({
      file_name: 'pony',
      model_name: 'My name',
      sha256: hash,
      base_model: 'Pony',
      notes: 'use 0.8',
      tags: ['own'],
      modelDescription: 'text',
      favorite: true,
      trainedWords: [],
      autov3: null,
      civitai: siteVersion,
    }),
  )
  assert.deepEqual(claim.sha256, [hash.toUpperCase()])
  assert.equal(claim.modelName, 'Pony Diffusion V6 XL')
  assert.deepEqual([claim.notes, claim.favorite, claim.tags], ['use 0.8', true, ['own']])
  assert.deepEqual(claim.trainedWords, ['score_9'])
  assert.deepEqual(
    claim.problems.map(({ field }) => field),
    ['civitai.files[0].hashes.CRC32', 'civitai.images[1].width'],
  )
})

test('the sidecar of a LoRA manager without facts of the site still names the model', () => {
  const claim = readSidecar('metadata-json', '{"model_name":"fox","base_model":"Unknown","sha256":"","civitai":{}}')
  assert.deepEqual(claim, { source: 'metadata-json', sha256: [], modelName: 'fox', problems: [] })
})

test('the sidecar of a package manager is read, with its type as text or number', () => {
  const info = {
    ModelId: 1,
    ModelName: 'Fox',
    ModelType: 5,
    VersionId: 2,
    VersionName: 'v1',
    BaseModel: 'SDXL 1.0',
    Tags: ['a'],
    Nsfw: true,
    RemoteFileName: 'fox.safetensors',
    FileMetadata: { fp: 'fp16', size: 'Pruned', format: 'SafeTensor' },
    Hashes: { SHA256: hash, BLAKE3: null },
    TrainedWords: null,
    Stats: { DownloadCount: 5 },
    ImportedAt: '2024-02-03T04:05:06.7890123+00:00',
  }
  const claim = readSidecar('cm-info', JSON.stringify(info))
  assert.deepEqual(
    [claim.modelType, claim.baseModel, claim.modelId, claim.versionId, claim.nsfw],
    ['LORA', 'SDXL 1.0', 1, 2, true],
  )
  assert.deepEqual(claim.files?.[0]?.metadata, { format: 'SafeTensor', size: 'pruned', fp: 'fp16' })
  assert.equal(claim.stats?.downloadCount, 5)
  assert.deepEqual(claim.sha256, [hash.toUpperCase()])
  assert.equal(claim.createdAt, Date.UTC(2024, 1, 3, 4, 5, 6, 789))
  assert.equal(readSidecar('cm-info', '{"ModelType":"Lora"}').modelType, 'LORA')
  assert.deepEqual(claim.problems, [])
})

test('the sidecar of a web UI is read', () => {
  const claim = readSidecar(
    'web-ui-json',
    JSON.stringify({
      description: 'A fox',
      'sd version': 'SDXL',
      'activation text': 'fox, red',
      'preferred weight': 0.8,
      'negative text': 'cat',
      notes: '',
    }),
  )
  assert.deepEqual(claim, {
    source: 'web-ui-json',
    problems: [],
    sha256: [],
    description: 'A fox',
    baseModel: 'SDXL 1.0',
    trainedWords: ['fox, red'],
    preferredWeight: 0.8,
    negativePrompt: 'cat',
  })
})

test('ModelSpec keys are read from plain JSON', () => {
  const claim = readSidecar(
    'swarm-json',
    '{"modelspec.title":"Fox","modelspec.architecture":"flux-1-dev/lora","modelspec.trigger_phrase":"fox"}',
  )
  assert.deepEqual(
    [claim.modelName, claim.modelType, claim.baseModel, claim.trainedWords],
    ['Fox', 'LORA', 'Flux.1 D', ['fox']],
  )
})

test('one short line of text is a trigger phrase, and longer text is a note', () => {
  assert.deepEqual(readSidecar('text', '\uFEFFred fox, forest\n').trainedWords, ['red fox, forest'])
  assert.equal(readSidecar('text', 'Use this with care.\nWeight 0.8').notes, 'Use this with care.\nWeight 0.8')
  assert.equal(readSidecar('text', 'PK\0\u0003').problems.length, 1)
})

test('NaN in a sidecar of any kind drops only that value', () => {
  const rest = { id: 60002, modelId: 60001, name: 'v1', trainedWords: ['fox girl', 'NaN'] }
  const meta =
    '{\n  "cfg": NaN,\n  "eta": Infinity,\n  "x":\n    -Infinity,\n  "seed": 1058310243513826347, "prompt": "NaN, Infinity"}'
  const json = JSON.stringify({ ...rest, images: [{ url: 'https://image.example/1.png', meta: 'META' }] })
  const info = readSidecar('civitai-info', json.replace('"META"', meta))
  assert.deepEqual([info.versionId, info.trainedWords, info.problems], [60002, ['fox girl', 'NaN'], []])
  assert.deepEqual(info.images?.[0]?.meta, { seed: '1058310243513826347', prompt: 'NaN, Infinity' })
  const manager = readSidecar('metadata-json', '{"model_name":"Manager NaN","size":NaN,"tags":["fox"]}')
  assert.deepEqual([manager.modelName, manager.tags, manager.problems], ['Manager NaN', ['fox'], []])
  const package_ = readSidecar('cm-info', '{"ModelName":"Fox","ModelId":NaN,"Tags":[NaN,"fox"]}')
  assert.deepEqual([package_.modelName, package_.modelId, package_.tags], ['Fox', undefined, ['fox']])
  const swarm = readSidecar('swarm-json', '{"modelspec.title":"Fox NaN","modelspec.date":NaN}')
  assert.deepEqual([swarm.modelName, swarm.problems], ['Fox NaN', []])
  const webUi = readSidecar('web-ui-json', '{"activation text":"Infinity","preferred weight":\tNaN}')
  assert.deepEqual([webUi.trainedWords, webUi.preferredWeight, webUi.problems], [['Infinity'], undefined, []])
})

test('broken files give a problem and no claim', () => {
  for (const kind of sidecarKinds.filter((kind) => kind !== 'text'))
    for (const text of ['', '{', '[]', 'null', '12', '"x"']) {
      const { problems, ...claim } = readSidecar(kind, text)
      assert.equal(problems.length, 1)
      assert.deepEqual(claim, { source: kind, sha256: [] })
    }
})

test('a sidecar of more than 32 million characters is rejected unread', () => {
  const { problems, modelName } = readSidecar('metadata-json', `{"model_name":"x","y":"${'z'.repeat(32_000_000)}"}`)
  assert.deepEqual([modelName, problems[0]?.reason], [undefined, 'Is too long'])
})

test('a sidecar of any shape is read without an error, and its ids and levels stay within bounds', () => {
  const keys = fc.constantFrom(
    ...Object.keys(siteVersion),
    ...Object.keys(siteVersion.model),
    'civitai',
    'sha256',
    'ModelId',
    'ModelType',
    'Hashes',
    'Stats',
    'tags',
    '__proto__',
    'sd version',
    'modelspec.title',
  )
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(keys, tie('value'), { maxKeys: 8 }),
  }))
  fc.assert(
    fc.property(fc.constantFrom(...sidecarKinds), fc.dictionary(keys, value), (kind, object) => {
      const claim = readSidecar(kind, JSON.stringify(object))
      for (const id of [claim.modelId, claim.versionId])
        assert.ok(id === undefined || (Number.isInteger(id) && id > 0 && id < 2 ** 31))
      for (const image of claim.images ?? []) assert.ok([undefined, 1, 2, 4, 8, 16, 32].includes(image.nsfwLevel))
    }),
    { numRuns: 500 },
  )
})
