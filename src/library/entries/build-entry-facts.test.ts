import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileHashes } from '../hashing/digests.ts'
import type { ClaimedImage, SidecarClaim } from '../sidecars/claim.ts'
import type { FoundFile } from '../watch/walk.ts'
import { entryFactsOf } from './build-entry-facts.ts'
import type { PreviewReading } from './entry-contents.ts'
import { type EntryFiles, groupEntries } from './entry-files.ts'

const found = (path: string): FoundFile => ({ path, sizeBytes: 9, mtimeMs: 1, inode: path })
const preview = (path: string, [width, height]: [number, number] = [300, 200]): PreviewReading => ({
  path,
  owned: false,
  sizeBytes: 9,
  mtimeMs: 1,
  type: 'image',
  mime: 'image/png',
  width,
  height,
  blurHash: '00Eyb[',
  meta: undefined,
  modelHashes: [],
  holdsToken: false,
})
const claimedImage = (more: Partial<ClaimedImage> = {}): ClaimedImage => ({
  url: 'https://images.example/1.png',
  type: 'image',
  width: 600,
  height: 400,
  ...more,
})
const claim = (more: Partial<SidecarClaim> = {}): SidecarClaim => ({
  source: 'civitai-info',
  problems: [],
  sha256: [],
  ...more,
})
/** Sixty-four digits that a file's name gives. */
const sha256Of = (path: string) => Buffer.from(path).toString('hex').toUpperCase().padEnd(64, '0').slice(0, 64)
const hashesOf = (path: string): FileHashes => ({
  sha256: sha256Of(path),
  autov2: sha256Of(path).slice(0, 10),
  blake3: '',
  crc32: '',
})

interface Given {
  /** Names of all files that lie there. */
  files: string[]
  /** Model files that cannot be used. */
  broken?: string[]
  claims?: SidecarClaim[]
  /** Those that can be shown. */
  previews?: PreviewReading[]
}

function factsOf({ files, broken = [], claims = [], previews = [] }: Given) {
  const [entry]: (EntryFiles | undefined)[] = groupEntries(files.map(found))
  assert.ok(entry)
  const models = entry.models.filter(({ path }) => !broken.includes(path)).map((file) => ({ file }))
  const reading = { models, claims, previews, problems: [], found: [], incomplete: false }
  const hashes = new Map(models.map(({ file }) => [file.path, hashesOf(file.path)]))
  return entryFactsOf({ entry, reading, hashes })
}

/** The images of a model with these previews, where its sidecar lists these. */
function imagesOf(previews: PreviewReading[], images: ClaimedImage[], more: Partial<SidecarClaim> = {}) {
  const files = ['fox.safetensors', 'fox.civitai.info', ...previews.map(({ path }) => path)]
  return factsOf({ files, previews, claims: [claim({ images, ...more })] }).facts.images
}

test('the model speaks for the entry; a VAE and a config beside it are files of it', () => {
  const { facts, problems } = factsOf({ files: ['loras/fox.safetensors', 'loras/fox.vae.pt', 'loras/fox.yaml'] })
  assert.deepEqual(
    facts.files.map(({ file, identity }) => [file.path, identity.type]),
    [
      ['loras/fox.safetensors', 'Model'],
      ['loras/fox.vae.pt', 'VAE'],
      ['loras/fox.yaml', 'Config'],
    ],
  )
  assert.deepEqual([facts.identity?.model.name, facts.identity?.model.type], ['fox', 'LORA'])
  assert.deepEqual(problems, [])
})

test('a file without hashes is left out, and the next one speaks', () => {
  const { facts } = factsOf({ files: ['fox.safetensors', 'fox.gguf'], broken: ['fox.safetensors'] })
  assert.deepEqual(
    facts.files.map(({ file }) => file.path),
    ['fox.gguf'],
  )
  assert.equal(facts.identity?.file.format, 'GGUF')
})

test('a config is nothing where its model cannot be used', () => {
  const { facts } = factsOf({ files: ['fox.safetensors', 'fox.yaml'], broken: ['fox.safetensors'] })
  assert.deepEqual([facts.files, facts.identity, facts.trust], [[], undefined, 0])
})

test('a sidecar alone gives an identity, unless it says nothing', () => {
  const alone = { files: ['fox.civitai.info'] }
  const { facts } = factsOf({ ...alone, claims: [claim({ modelId: 7, versionId: 70, modelName: 'Fox' })] })
  assert.deepEqual([facts.identity?.model.id, facts.identity?.version.id, facts.files], [7, 70, []])
  const stub = factsOf({ ...alone, claims: [claim({ problems: [{ field: '', reason: 'Is not JSON' }] })] })
  assert.equal(stub.facts.identity, undefined)
  assert.deepEqual(stub.problems, [{ path: 'fox.civitai.info', reason: 'Is not JSON' }])
})

test('trust is two where a sidecar names a file’s SHA-256, one where it says something, else none', () => {
  const files = ['fox.safetensors', 'fox.ckpt', 'fox.civitai.info']
  const trust = (...claims: SidecarClaim[]) => factsOf({ files, claims }).facts.trust
  assert.equal(trust(), 0)
  assert.equal(trust(claim()), 0)
  assert.equal(trust(claim({ sha256: [sha256Of('wolf.safetensors')] })), 0)
  assert.equal(trust(claim({ versionName: 'v1' })), 1)
  assert.equal(trust(claim({ sha256: [sha256Of('fox.ckpt')] })), 2)
  assert.equal(trust(claim({ versionName: 'v1' }), claim({ sha256: [sha256Of('fox.safetensors')] })), 2)
})

test('what a sidecar holds that could not be used is told once, of the sidecar', () => {
  const files = ['fox.safetensors', 'fox.vae.pt', 'fox.civitai.info', 'fox.json']
  const told = factsOf({
    files,
    claims: [
      claim({ problems: [{ field: 'name', reason: 'Is not a text' }] }),
      claim({ source: 'web-ui-json', problems: [{ field: '', reason: 'Is not JSON' }] }),
    ],
  })
  assert.deepEqual(told.problems, [
    { path: 'fox.civitai.info', reason: 'name: Is not a text' },
    { path: 'fox.json', reason: 'Is not JSON' },
  ])
})

test('a sidecar that names none of the files is told of, and one that names any is not', () => {
  const files = ['fox.safetensors', 'fox.ckpt', 'fox.civitai.info']
  const toldOf = (named: string) => factsOf({ files, claims: [claim({ sha256: [sha256Of(named)] })] }).problems
  assert.deepEqual(toldOf('fox.safetensors'), [])
  assert.deepEqual(toldOf('fox.ckpt'), [])
  assert.deepEqual(toldOf('wolf.safetensors'), [
    { path: 'fox.civitai.info', reason: 'sha256: Names other files than the one beside it' },
  ])
})

test('a preview is the image at its place in the list, where the shapes agree', () => {
  const [first, second] = imagesOf(
    [{ ...preview('fox.png'), meta: { seed: 1 } }, preview('fox.preview.1.png')],
    [
      claimedImage({ id: 1, nsfwLevel: 2, meta: { seed: 5 } }),
      claimedImage({ id: 2, nsfwLevel: 4, width: 305, meta: { seed: 6 }, height: 200 }),
    ],
  )
  assert.deepEqual(
    [first?.id, first?.nsfwLevel, first?.meta],
    [1, 2, { seed: 1 }],
    'what the file itself says comes first',
  )
  assert.deepEqual([second?.id, second?.nsfwLevel, second?.meta], [2, 4, { seed: 6 }])
})

test('an image without a size is of any shape, at its place alone', () => {
  const { width: _, height: __, ...unsized } = claimedImage({ id: 1, nsfwLevel: 4 })
  assert.equal(imagesOf([preview('fox.png')], [unsized])[0]?.id, 1)
  const [image] = imagesOf([preview('fox.png')], [claimedImage({ width: 1, height: 9, nsfwLevel: 1 }), unsized])
  assert.deepEqual([image?.id, image?.nsfwLevel], [undefined, 4])
})

test('a preview of another shape is the first image of its shape that none has taken', () => {
  const portrait = claimedImage({ width: 400, height: 600 })
  const images = imagesOf(
    [preview('fox.png', [200, 300]), preview('fox.preview.1.png', [202, 300]), preview('fox.preview.2.png', [20, 30])],
    [claimedImage({ id: 1 }), { ...portrait, id: 2 }, claimedImage({ id: 3 }), { ...portrait, id: 4 }],
  )
  assert.deepEqual(
    images.map(({ id }) => id),
    [4, 2, undefined],
  )
})

test('a preview keeps its place in the list when one before it cannot be shown', () => {
  const files = ['fox.safetensors', 'fox.civitai.info', 'fox.preview.png', 'fox.png']
  const images = [claimedImage({ id: 1, nsfwLevel: 1 }), claimedImage({ id: 2, nsfwLevel: 8 })]
  const claims = [claim({ images, previewLevel: 1 })]
  const [image] = factsOf({ files, claims, previews: [preview('fox.png')] }).facts.images
  assert.deepEqual([image?.id, image?.nsfwLevel], [2, 8])
})

test('a preview without a level has the strictest that is named', () => {
  const other = claimedImage({ width: 1, height: 9 })
  const levelOf = (images: ClaimedImage[], more: Partial<SidecarClaim> = {}) =>
    imagesOf([preview('fox.png')], images, more)[0]?.nsfwLevel
  assert.equal(levelOf([claimedImage(), { ...other, nsfwLevel: 2 }, { ...other, nsfwLevel: 16 }]), 16)
  assert.equal(levelOf([{ ...other, nsfwLevel: 4 }]), 4)
  assert.equal(levelOf([other]), 1)
  assert.equal(levelOf([], { nsfw: true }), 8)
  assert.equal(levelOf([{ ...other, nsfwLevel: 2 }], { nsfw: true }), 2)
})

test('the level that a sidecar gives the first preview is the first’s alone', () => {
  const images = imagesOf([preview('fox.png'), preview('fox.preview.1.png')], [claimedImage({ nsfwLevel: 1 })], {
    previewLevel: 4,
  })
  assert.deepEqual(
    images.map(({ nsfwLevel }) => nsfwLevel),
    [4, 1],
  )
})

test('ids are the site’s, and none is given twice', () => {
  const ids = [5, 5, 1_000_000_000, 999_999_999]
  const images = imagesOf(
    ids.map((_, index) => preview(`fox.preview.${index}.png`)),
    ids.map((id) => claimedImage({ id })),
  )
  assert.deepEqual(
    images.map(({ id }) => id),
    [5, undefined, undefined, 999_999_999],
  )
})

test('sound is no picture, and takes no place in the list', () => {
  const images = [claimedImage({ type: 'audio', id: 1 }), claimedImage({ id: 2 })]
  assert.equal(imagesOf([preview('fox.png')], images)[0]?.id, 2)
})

test('a set that claims ten thousand parts is one problem with the count', () => {
  const { problems } = factsOf({ files: ['sets/w-00001-of-10000.safetensors'] })
  assert.deepEqual(problems, [
    {
      path: 'sets/w-00002-of-10000.safetensors',
      reason: '9999 of the 10000 parts of the model are missing; this is the first',
    },
  ])
})

test('however many incomplete sets share a name, a bounded number of problems is reported', () => {
  const { problems } = factsOf({
    files: Array.from(
      { length: 100 },
      (_, index) => `sets/w-00001-of-${String(index + 5000).padStart(5, '0')}.safetensors`,
    ),
  })
  assert.equal(problems.length, 21)
  assert.match(problems.at(-1)?.reason ?? '', /100 sets/)
})
