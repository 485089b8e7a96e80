import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { HeaderFacts } from '../headers/model-metadata.ts'
import { createSidecarClaim, type SidecarClaim } from '../sidecars/claim.ts'
import { identify } from './identify.ts'
import { readPathHints } from './path-hints.ts'

const sha256 = 'AB'.repeat(32)

test('a sidecar that names the hash beats a better kind that only lies beside the file', () => {
  const identity = identify({
    path: 'loras/fox.safetensors',
    sha256,
    sidecars: [
      claim({ source: 'civitai-info', modelName: 'Stray', modelId: 1, versionId: 2, sha256: ['CD'.repeat(32)] }),
      claim({ source: 'cm-info', modelName: 'Fox', modelId: 3, versionId: 4, sha256: [sha256] }),
    ],
  })
  assert.equal(identity.model.name, 'Fox')
  assert.deepEqual([identity.model.id, identity.version.id], [3, 4])
  assert.equal(identity.provenance['model.name'], 'cm-info+sha256')
  assert.deepEqual(
    identity.problems.map(({ source, field }) => [source, field]),
    [['civitai-info', 'sha256']],
  )
})

test('a sidecar beats the header, the header beats folder and name', () => {
  const header = { modelType: 'DoRA', ...stated('SD 1.5'), spec: { title: 'From header' } } as const
  const path = 'loras/sdxl_thing.safetensors'
  const both = identify({ path, header, sidecars: [claim({ modelName: 'From sidecar', baseModel: 'Pony' })] })
  assert.deepEqual([both.model.name, both.version.baseModel, both.model.type], ['From sidecar', 'Pony', 'DoRA'])
  const headerOnly = identify({ path, header, sidecars: [] })
  assert.deepEqual([headerOnly.model.name, headerOnly.version.baseModel], ['From header', 'SD 1.5'])
  const bare = identify({ path, sidecars: [] })
  assert.deepEqual([bare.model.name, bare.version.baseModel, bare.model.type], ['sdxl thing', 'SDXL 1.0', 'LORA'])
  assert.deepEqual([bare.provenance['model.name'], bare.provenance['model.type']], ['name', 'folder'])
})

test('facts that one source lacks come from the next', () => {
  const identity = identify({
    path: 'x.safetensors',
    sidecars: [
      claim({ trainedWords: [], tags: ['a'] }),
      claim({ source: 'web-ui-json', trainedWords: ['fox'], preferredWeight: 0.7 }),
    ],
  })
  assert.deepEqual(
    [identity.version.trainedWords, identity.model.tags, identity.version.preferredWeight],
    [['fox'], ['a'], 0.7],
  )
})

test('images come from the best sidecar that has any, and say so', () => {
  const images = [{ url: 'https://image.example/1.jpeg', type: 'image' as const }]
  const identity = identify({
    path: 'x.pt',
    sidecars: [claim({ images: [] }), claim({ source: 'metadata-json', images })],
  })
  assert.deepEqual([identity.images, identity.provenance['version.images']], [images, 'metadata-json'])
})

test('model and version id come from one sidecar or not at all', () => {
  const identity = identify({
    path: 'x.safetensors',
    sidecars: [claim({ modelId: 1 }), claim({ source: 'cm-info', versionId: 9 })],
  })
  assert.deepEqual([identity.model.id, identity.version.id], [undefined, undefined])
})

test('a folder makes the family more exact and never contradicts it', () => {
  const inFolder = (folder: string, baseModel: string) =>
    identify({ path: `loras/${folder}/x.safetensors`, header: stated(baseModel), sidecars: [] }).version.baseModel
  assert.equal(inFolder('Pony', 'SDXL 1.0'), 'Pony')
  assert.equal(inFolder('Pony', 'SD 1.5'), 'SD 1.5')
})

test('what nobody knows is Other, with a name and a version all the same', () => {
  const { model, version, file } = identify({ path: 'thing.bin', sidecars: [] })
  assert.deepEqual(
    { ...model, ...file, ...version },
    {
      name: 'v1.0',
      type: 'Model',
      tags: [],
      nsfw: false,
      format: 'PickleTensor',
      baseModel: 'Other',
      trainedWords: [],
    },
  )
  assert.equal(model.type, 'Other')
})

test('the entry of a site version that is this file is found by hash', () => {
  const files = [
    { id: 1, name: 'a.safetensors', metadata: { fp: 'fp32' as const }, hashes: {} },
    {
      id: 2,
      name: 'b.safetensors',
      type: 'Pruned Model' as const,
      metadata: { fp: 'fp16' as const },
      hashes: { SHA256: sha256 },
    },
  ]
  const { file } = identify({
    path: 'a.safetensors',
    sha256: sha256.toLowerCase(),
    sidecars: [claim({ files, sha256: [sha256] })],
  })
  assert.deepEqual([file.id, file.fp, file.type], [2, 'fp16', 'Pruned Model'])
})

test('the id of a file is taken only from the entry with its own hash', () => {
  const idFrom = (hashes: { SHA256?: string }) =>
    identify({
      path: 'fox.safetensors',
      sha256,
      sidecars: [claim({ files: [{ id: 700, name: 'fox.safetensors', metadata: {}, hashes }] })],
    }).file.id
  assert.equal(idFrom({ SHA256: sha256 }), 700)
  assert.equal(idFrom({}), undefined, 'without a hash')
  assert.equal(idFrom({ SHA256: 'CD'.repeat(32) }), undefined, 'with another hash')
})

test('a line break in a file name does not hide its extension or its version', () => {
  const { model, version, file } = identify({ path: 'loras/red\nfox_v2.safetensors', sidecars: [] })
  assert.deepEqual([model.name, version.name, file.format], ['red fox', 'v2', 'SafeTensor'])
})

test('a name from a header has the bound of names from sidecars', () => {
  const { model } = identify({ path: 'a.safetensors', header: { spec: { title: 'T'.repeat(100_000) } }, sidecars: [] })
  assert.equal(model.name.length, 1000)
})

test('folders of the common UIs hint at the type, in any letters and depth', () => {
  const types = {
    'models/Stable-diffusion/x.ckpt': 'Checkpoint',
    'models\\LyCORIS\\a\\x.pt': 'LORA',
    'embeddings/x.pt': 'TextualInversion',
    'upscale_models/x.pth': 'Upscaler',
    'loras/constructor/x.pt': 'LORA',
    'constructor/x.pt': undefined,
  }
  for (const [path, type] of Object.entries(types)) assert.equal(readPathHints(path).folderModelType, type, path)
})

test('extensions give format and file type', () => {
  const hints = (path: string) => [readPathHints(path).format, readPathHints(path).fileType]
  assert.deepEqual(hints('a.safetensors'), ['SafeTensor', 'Model'])
  assert.deepEqual(hints('a.vae.pt'), ['PickleTensor', 'VAE'])
  assert.deepEqual(hints('a.yaml'), ['Other', 'Config'])
  assert.deepEqual(hints('a.zip'), ['Other', 'Archive'])
  assert.deepEqual(hints('a.gguf'), ['GGUF', 'Model'])
})

test('names give version, precision and quantisation', () => {
  const name = (path: string) => [readPathHints(path).modelName, readPathHints(path).versionName]
  assert.deepEqual(name('red_fox_v2.1.safetensors'), ['red fox', 'v2.1'])
  assert.deepEqual(name('fox-000010.safetensors'), ['fox', 'epoch 10'])
  assert.deepEqual(name('v1.5.ckpt'), ['v1.5', undefined])
  assert.deepEqual(name('狐_LoRA.safetensors'), ['狐 LoRA', undefined])
  assert.equal(readPathHints('flux1-dev-Q4_K_M.gguf').quantType, 'Q4_K_M')
  assert.equal(readPathHints('flux1-dev-Q4_K_S.gguf').quantType, 'Q4_K_S')
  assert.equal(readPathHints('x_fp16.safetensors').fp, 'fp16')
  assert.equal(readPathHints('v1-5-pruned-emaonly.ckpt').size, 'pruned')
})

test('any path gives a name, a version and a type', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), (path) => {
      const { model, version, provenance } = identify({ path: `${path}.pt`, sidecars: [] })
      assert.ok(
        version.name !== '' &&
          version.baseModel !== '' &&
          model.type !== undefined &&
          provenance['model.name'] !== undefined,
      )
    }),
  )
})

/** A header whose trainer names a base model. */
function stated(baseModel: string): HeaderFacts {
  return { statements: [{ baseModel, source: 'header', isCoarse: true, isOwn: false }] }
}

function claim(facts: Partial<SidecarClaim>): SidecarClaim {
  return createSidecarClaim({ source: 'civitai-info', problems: [], sha256: [], ...facts })
}
