import assert from 'node:assert/strict'
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { type EntryFiles, groupEntries } from '../library/entries/entry-files.ts'
import { identify } from '../library/entries/identify.ts'
import type { Identity } from '../library/entries/identity.ts'
import type { FileHashes } from '../library/hashing/digests.ts'
import { openHasher } from '../library/hashing/hasher.ts'
import { describeHeader, type HeaderFacts } from '../library/headers/model-metadata.ts'
import { readSafetensorsHeader } from '../library/headers/safetensors.ts'
import { type ProbedImage, probeImage } from '../library/images/probe-image.ts'
import { sidecarKinds } from '../library/sidecars/claim.ts'
import { readSidecar } from '../library/sidecars/sidecar-files.ts'
import { walk } from '../library/watch/walk.ts'
import { createSampleLibrary } from './create-sample-library.ts'

/** A library entry as a scan reads it. */
interface ReadEntry {
  entry: EntryFiles
  header: HeaderFacts
  hashes: FileHashes
  identity: Identity
  images: ProbedImage[]
}

let folder = ''
let library = ''
const entries = new Map<string, ReadEntry>()
const hasher = openHasher({ threads: 1 })

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-'))
  library = join(folder, 'library')
  await createSampleLibrary(library)
  for await (const step of walk(library)) {
    assert.equal(step.kind, 'directory')
    if (step.kind !== 'directory') continue
    for (const entry of groupEntries(step.files)) entries.set(basename(entry.stem), await readEntry(entry))
  }
})
after(async () => {
  await hasher.close()
  await rm(folder, { recursive: true })
})

test('every model has the right type and base model, also from its header if that states them', () => {
  const identified = [...entries].map(([name, { identity, header }]) => {
    const { model, version } = identity
    return [name, model.name, model.type, version.baseModel, header.modelType, header.baseModel]
  })
  assert.deepEqual(
    new Set(identified),
    new Set([
      ['lanternfallXL_v20', 'Lanternfall XL', 'Checkpoint', 'SDXL 1.0', 'Checkpoint', 'SDXL 1.0'],
      ['lanternfallXL_v10', 'Lanternfall XL', 'Checkpoint', 'SDXL 1.0', 'Checkpoint', 'SDXL 1.0'],
      ['paperBoat_v1.2', 'Paper Boat', 'Checkpoint', 'SD 1.5', 'Checkpoint', 'SD 1.5'],
      ['glasshouse_flux_fp8', 'Glasshouse', 'Checkpoint', 'Flux.1 D', 'Checkpoint', 'Flux.1 D'],
      ['ink_and_mist-000012', 'Ink and Mist', 'LORA', 'SDXL 1.0', 'LORA', 'SDXL 1.0'],
      ['neon_rain', 'Neon Rain', 'LORA', 'Flux.1 D', 'LORA', 'Flux.1 D'],
      ['tiny_clay_friends', 'tiny clay friends', 'LORA', 'SD 1.5', 'LORA', 'SD 1.5'],
      ['stained_window', 'stained window', 'LoCon', 'SDXL 1.0', 'LoCon', 'SDXL 1.0'],
      ['velvet_dusk_dora', 'Velvet Dusk', 'DoRA', 'SDXL 1.0', 'DoRA', 'SDXL 1.0'],
      ['meadow_light', 'meadow light', 'LORA', 'Pony', 'LORA', 'SDXL 1.0'],
      ['soft_focus_helper', 'Soft Focus Helper', 'TextualInversion', 'SD 1.5', 'TextualInversion', 'SD 1.5'],
      ['clearwater_vae', 'clearwater vae', 'VAE', 'SDXL 1.0', 'VAE', undefined],
      ['contour_control_sd15', 'Contour Control', 'Controlnet', 'SD 1.5', 'Controlnet', 'SD 1.5'],
      ['4x_crisp_fold', '4x crisp fold', 'Upscaler', 'Other', 'Upscaler', undefined],
    ]),
  )
})

test('there is a sidecar of each kind, and none has a problem', () => {
  const kinds = [...entries.values()].flatMap(({ entry }) => entry.sidecars.map(({ kind }) => kind))
  assert.deepEqual(new Set(kinds), new Set(sidecarKinds))
  for (const [name, { identity }] of entries) assert.deepEqual(identity.problems, [], name)
})

test('two versions belong to one model and name the hashes of their files', () => {
  const [first, second] = [identityOf('lanternfallXL_v10'), identityOf('lanternfallXL_v20')]
  assert.deepEqual([first.model.id, first.version.id, first.version.name], [900_001, 900_101, 'v1.0'])
  assert.deepEqual([second.model.id, second.version.id, second.version.name], [900_001, 900_102, 'v2.0'])
  for (const { provenance } of [first, second]) assert.equal(provenance['model.id'], 'civitai-info+sha256')
})

test('ids are below the local range, and no two files share one', () => {
  const versions = [...entries.values()].flatMap(({ identity }) => identity.version.id ?? [])
  const ids = [...entries.values()].flatMap(({ identity }) => [
    ...(identity.model.id === undefined ? [] : [identity.model.id]),
    ...(identity.file.id === undefined ? [] : [identity.file.id]),
    ...identity.images.flatMap(({ id }) => id ?? []),
  ])
  assert.ok([...versions, ...ids].every((id) => id < 1_000_000_000))
  assert.equal(new Set(versions).size, versions.length)
  assert.equal(versions.length, 5)
})

test('no download counts are stated', () => {
  for (const { identity } of entries.values()) {
    assert.deepEqual([identity.model.stats, identity.version.stats], [undefined, undefined])
  }
})

test('sidecars state trained words, tags, creators, licenses and notes', () => {
  const ink = identityOf('ink_and_mist-000012')
  assert.deepEqual(ink.version.trainedWords, ['ink wash', 'inkmist'])
  assert.deepEqual(ink.model.tags, ['style', 'ink', 'landscape'])
  assert.equal(ink.model.creator?.username, 'sample_inkroom')
  assert.deepEqual([ink.model.allowNoCredit, ink.model.allowCommercialUse], [false, ['Image']])
  const clay = identityOf('tiny_clay_friends')
  assert.deepEqual([clay.version.preferredWeight, clay.version.negativePrompt], [0.75, 'photo'])
  assert.deepEqual(identityOf('stained_window').version.trainedWords, ['stained glass window'])
  assert.match(identityOf('4x_crisp_fold').model.notes ?? '', /enlarges nothing/)
  assert.equal(identityOf('contour_control_sd15').model.creator?.username, 'sample_tidepool')
})

test('headers describe training runs and contain a thumbnail', async () => {
  const { header } = read('ink_and_mist-000012')
  const { tags, networkDim, epoch, imageCount, steps } = header.training ?? {}
  assert.deepEqual([networkDim, epoch, imageCount, steps], [8, 12, 480, 2880])
  assert.deepEqual(
    tags?.slice(0, 2).map(({ count }) => count),
    [48, 48],
  )
  // More tags than the chart of the file page shows, so that it has to select the most frequent.
  assert.ok(tags.length > 25)
  assert.equal(header.training?.autoV3, read('ink_and_mist-000012').hashes.autov3)
  const { thumbnail } = identityOf('neon_rain')
  await writeFile(join(folder, 'thumbnail'), thumbnail?.bytes ?? '')
  const { mime, width } = await probeImage(join(folder, 'thumbnail'))
  assert.deepEqual([mime, thumbnail?.mediaType, width], ['image/png', 'image/png', 192])
  const spec = read('neon_rain').header.spec
  assert.equal(spec?.dataSha256?.slice(0, 12), read('neon_rain').hashes.autov3)
})

test('files are small, one is large enough for an AutoV1, and no two have a hash in common', () => {
  const all = [...entries.values()]
  for (const { entry } of all) for (const { sizeBytes } of entry.models) assert.ok(sizeBytes < 3 * 1024 * 1024)
  assert.ok(all.some(({ hashes }) => hashes.autov1 !== undefined))
  for (const kind of ['sha256', 'autov3'] as const) {
    assert.equal(new Set(all.map(({ hashes }) => hashes[kind])).size, all.length, kind)
  }
})

test('images of each format name models of the library', () => {
  const known = new Set([...entries.values()].flatMap(({ hashes }) => Object.values(hashes)))
  const images = [...entries.values()].flatMap((found) => found.images)
  for (const { modelHashes, meta } of images) {
    assert.deepEqual(
      modelHashes.filter((hash) => !known.has(hash)),
      [],
    )
    assert.equal(modelHashes.length > 0, meta !== undefined)
  }
  const linked = images.filter(({ modelHashes }) => modelHashes.length > 0)
  assert.deepEqual(new Set(linked.map(({ mime }) => mime)), new Set(['image/png', 'image/jpeg']))
  assert.deepEqual(new Set(images.map(({ mime }) => mime)), new Set(['image/png', 'image/jpeg', 'image/webp']))
  const { autov3 = '' } = read('ink_and_mist-000012').hashes
  assert.ok(read('ink_and_mist-000012').images[0]?.modelHashes.includes(autov3))
})

test('sidecars describe the images next to them, one of which is mature', () => {
  for (const { identity, entry, images } of entries.values()) {
    if (identity.images.length === 0) continue
    const names = entry.previews.map(({ path }) => basename(path))
    assert.deepEqual(
      identity.images.map(({ url }) => basename(url)),
      names,
    )
    for (const [index, { width, height }] of identity.images.entries()) {
      assert.deepEqual([images[index]?.width, images[index]?.height], [width, height])
    }
  }
  assert.deepEqual(
    identityOf('velvet_dusk_dora').images.map(({ nsfwLevel }) => nsfwLevel),
    [1, 4, 2],
  )
})

test('a second library has the same bytes', async () => {
  const other = join(folder, 'other')
  await createSampleLibrary(other)
  const names = await filesIn(library)
  assert.deepEqual(await filesIn(other), names)
  for (const name of names) {
    assert.ok((await readFile(join(library, name))).equals(await readFile(join(other, name))), name)
  }
})

test('existing files stay, missing files are created, and no unfinished file is left', async () => {
  const edited = join(library, 'LyCORIS/stained_window.txt')
  const missing = join(library, 'vae/clearwater_vae.jpg')
  await writeFile(edited, 'my own words')
  await rm(missing)
  const { mtimeMs } = await stat(join(library, 'vae/clearwater_vae.safetensors'))
  const names = await filesIn(library)
  await createSampleLibrary(library)
  assert.equal(await readFile(edited, 'utf8'), 'my own words')
  assert.equal((await stat(join(library, 'vae/clearwater_vae.safetensors'))).mtimeMs, mtimeMs)
  assert.deepEqual(await filesIn(library), [...names, 'vae/clearwater_vae.jpg'].sort())
})

async function readEntry(entry: EntryFiles): Promise<ReadEntry> {
  const [model] = entry.models
  assert.ok(model)
  const path = join(library, model.path)
  await using file = await open(path)
  const header = describeHeader(await readSafetensorsHeader(file, model.sizeBytes))
  const hashes = await hasher.hash(path)
  const sidecars = entry.sidecars.map(async ({ kind, file: { path: sidecar } }) =>
    readSidecar(kind, await readFile(join(library, sidecar), 'utf8')),
  )
  const claims = await Promise.all(sidecars)
  return {
    entry,
    header,
    hashes,
    identity: identify({ path: model.path, header, sidecars: claims, sha256: hashes.sha256 }),
    images: await Promise.all(entry.previews.map((preview) => probeImage(join(library, preview.path)))),
  }
}

function read(name: string): ReadEntry {
  const found = entries.get(name)
  assert.ok(found, `${name} is missing`)
  return found
}

const identityOf = (name: string) => read(name).identity

async function filesIn(directory: string): Promise<string[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort()
}
