import assert from 'node:assert/strict'
import { copyFile, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { hubItself } from '../../audit/actor-context.ts'
import type { Database } from '../../db/database.ts'
import { openSqliteDatabase } from '../../db/sqlite/open.ts'
import { storedPng, withText } from '../../sample-library/png.ts'
import { openHasher } from '../hashing/hasher.ts'
import { safetensors, scanWhole, sha256Of } from '../library.fixture.ts'
import type { Library } from '../library.ts'
import { openLibrary } from '../open.ts'

/*
 * After any file operations and scans, derived data equals what would be derived from scratch. If history plays no part,
 * the catalog equals that of a first scan of the same folder.
 */

const stems = ['a/fox', 'a/wolf', 'b/fox', 'owl']
const contents = ['one', 'two', 'three', 'four'].map((text) => safetensors(text))
const pixels = { bytes: Buffer.alloc(12), width: 2, height: 2 }

/** The content of a sidecar. Few different ids, creators and tags, so that entries collide. */
interface Claim {
  versionId: number
  /** Whether it names the SHA-256 of the file next to it, which makes it more trusted. */
  names: boolean
  modelId: number
  year: number
  creator: string | undefined
  tags: string[]
  nsfw: boolean
}

type Operation =
  | { do: 'model'; at: string; content: number }
  | { do: 'damage'; at: string }
  | { do: 'sidecar'; at: string; claim: Claim; content: number }
  | { do: 'preview'; at: string; number: number; made: number }
  | { do: 'remove'; at: string; part: string }
  | { do: 'move' | 'copy' | 'swap'; at: string; to: string }
  | { do: 'moveModel' | 'copyModel'; at: string; to: string }
  | { do: 'scan' }

const at = fc.constantFrom(...stems)
const content = fc.nat(contents.length - 1)
const suffixes = ['.safetensors', '.ckpt', '.civitai.info', '.png', '.preview.png']
const versionId = fc.integer({ min: 70, max: 73 })
const constant = <Name extends Operation['do']>(name: Name) => fc.constant(name)

const preview: fc.Arbitrary<Operation> = fc.record({ do: constant('preview'), at, number: fc.nat(1), made: content })
const scanning: fc.Arbitrary<Operation> = fc.record({ do: constant('scan') })
const moving = fc.record({ do: fc.constantFrom('move' as const, 'swap' as const), at, to: at })

const anyClaim: fc.Arbitrary<Claim> = fc.record({
  versionId,
  names: fc.boolean(),
  modelId: fc.integer({ min: 7, max: 8 }),
  year: fc.integer({ min: 2020, max: 2025 }),
  creator: fc.constantFrom(undefined, 'maker', 'painter'),
  tags: fc.subarray(['animal', 'style', 'red']),
  nsfw: fc.boolean(),
})

const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: constant('model'), at, content }) },
  { weight: 1, arbitrary: fc.record({ do: constant('damage'), at }) },
  { weight: 4, arbitrary: fc.record({ do: constant('sidecar'), at, claim: anyClaim, content }) },
  { weight: 2, arbitrary: preview },
  { weight: 3, arbitrary: fc.record({ do: constant('remove'), at, part: fc.constantFrom('', ...suffixes) }) },
  { weight: 3, arbitrary: moving },
  { weight: 1, arbitrary: fc.record({ do: constant('copy'), at, to: at }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('moveModel' as const, 'copyModel' as const), at, to: at }),
  },
  { weight: 5, arbitrary: scanning },
)

test('after any operations, derived data equals what is derived from scratch', () =>
  withHubs(1, async ([hub], folder) => {
    assert.ok(hub)
    await fc.assert(
      fc.asyncProperty(fc.array(anyOperation, { minLength: 30, maxLength: 40 }), async (operations) => {
        await clear(hub.database)
        const files = await openFiles(folder)
        for (const operation of [...operations, { do: 'scan' } as const]) {
          if (operation.do !== 'scan') {
            await files.apply(operation)
            continue
          }
          await scanWhole(hub.library)
          await assertDerived(hub.database)
        }
      }),
      { numRuns: 8, ...bounds },
    )
  }))

/*
 * History affects the catalog in these cases, which the operations below avoid:
 * - Two files without sidecars have the same bytes, or two equally trusted sidecars differ on one version: the entry that
 *   was there first decides. So the content of a sidecar follows from its version and its trust.
 * - A sidecar is removed and its file stays, or it stays behind when its file moves: the bytes keep the ids.
 * - A path without a sidecar gets other bytes: the path keeps the ids.
 */
type Plain = { do: 'plain'; at: string }
type Known = { do: 'known'; at: string; versionId: number; names: boolean; content: number }
const timeless: fc.Arbitrary<Operation | Plain | Known> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('plain' as const), at }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('known' as const), at, versionId, names: fc.boolean(), content }),
  },
  { weight: 2, arbitrary: preview },
  {
    weight: 3,
    arbitrary: fc.record({
      do: constant('remove'),
      at,
      part: fc.constantFrom('', '.png', '.preview.png'),
    }),
  },
  { weight: 3, arbitrary: moving },
  { weight: 5, arbitrary: scanning },
)

const claimOf = (versionId: number, names: boolean): Claim => ({
  versionId,
  names,
  modelId: names ? (versionId < 72 ? 7 : 8) : 8,
  year: 2010 + ((versionId * 7 + (names ? 0 : 3)) % 11),
  creator: versionId % 2 ? 'maker' : 'painter',
  tags: names ? ['animal', `v${versionId}`] : ['style', `v${versionId}`],
  nsfw: versionId === 73 && names,
})

test('the catalog equals that of a first scan of the folder', () =>
  withHubs(2, async ([hub, other], folder) => {
    assert.ok(hub && other)
    await fc.assert(
      fc.asyncProperty(fc.array(timeless, { minLength: 25, maxLength: 35 }), async (operations) => {
        await clear(hub.database)
        const files = await openFiles(folder)
        const compare = async () => {
          await scanWhole(hub.library)
          await clear(other.database)
          await scanWhole(other.library)
          assert.deepEqual(await catalogOf(hub.database), await catalogOf(other.database))
        }
        for (const operation of operations) {
          if (operation.do === 'scan') await compare()
          else if (operation.do === 'plain') {
            if (files.has(operation.at)) continue
            // The path counts as new only after a scan found it empty.
            await scanWhole(hub.library)
            await files.write(`${operation.at}.safetensors`, safetensors(`plain ${files.count()}`))
            await scanWhole(hub.library)
          } else if (operation.do === 'known') {
            const { at, versionId, names, content } = operation
            await files.apply({ do: 'model', at, content })
            await files.apply({ do: 'sidecar', at, content, claim: claimOf(versionId, names) })
          } else await files.apply(operation)
        }
        await compare()
      }),
      { numRuns: 6, ...bounds },
    )
  }))

const bounds = { interruptAfterTimeLimit: 25_000 }

/** The files of the folder, as operations change them. Each write has a different modification time. */
async function openFiles(folder: string) {
  const present = new Set<string>()
  let written = 0
  await Promise.all(['a', 'b', 'owl'].map((name) => rm(join(folder, name), { recursive: true, force: true })))
  for (const suffix of suffixes) await rm(join(folder, `owl${suffix}`), { force: true })
  for (const directory of ['a', 'b']) await mkdir(join(folder, directory), { recursive: true })

  const write = async (path: string, bytes: Uint8Array | string) => {
    await writeFile(join(folder, path), bytes)
    await touch(path)
  }
  const touch = async (path: string) => {
    const seconds = startSeconds + written++
    await utimes(join(folder, path), seconds, seconds)
    present.add(path)
  }
  const remove = async (path: string) => {
    present.delete(path)
    await rm(join(folder, path), { force: true })
  }
  const move = async (from: string, to: string) => {
    if (!present.delete(from)) return
    await rename(join(folder, from), join(folder, to))
    present.add(to)
  }
  const copy = async (from: string, to: string) => {
    if (!present.has(from)) return
    await copyFile(join(folder, from), join(folder, to))
    await touch(to)
  }
  const moveAll = async (from: string, to: string) => {
    for (const suffix of suffixes) await move(from + suffix, to + suffix)
  }
  const removeAll = async (stem: string) => {
    for (const suffix of suffixes) await remove(stem + suffix)
  }
  const apply = async (operation: Exclude<Operation, { do: 'scan' }>): Promise<void> => {
    const { at } = operation
    const model = `${at}.safetensors`
    switch (operation.do) {
      case 'model':
        return write(model, contents[operation.content] ?? '')
      case 'damage':
        return write(model, Buffer.alloc(20, written))
      case 'sidecar':
        return write(`${at}.civitai.info`, sidecarOf(operation.claim, contents[operation.content] ?? Buffer.alloc(0)))
      case 'preview':
        return write(
          `${at}${operation.number === 0 ? '' : '.preview'}.png`,
          picture(contents[operation.made] ?? Buffer.alloc(0)),
        )
      case 'remove':
        return operation.part === '' ? removeAll(at) : remove(at + operation.part)
    }
    if (at === operation.to) return
    switch (operation.do) {
      case 'move':
        await removeAll(operation.to)
        return moveAll(at, operation.to)
      case 'swap':
        await moveAll(at, 'held')
        await moveAll(operation.to, at)
        return moveAll('held', operation.to)
      case 'copy':
        await removeAll(operation.to)
        for (const suffix of suffixes) await copy(at + suffix, operation.to + suffix)
        return
      case 'moveModel':
        return move(model, `${operation.to}.safetensors`)
      case 'copyModel':
        return copy(model, `${operation.to}.ckpt`)
    }
  }
  return {
    apply,
    write,
    count: () => written,
    has: (stem: string) => [...present].some((path) => path.startsWith(`${stem}.`)),
  }
}

const startSeconds = Date.parse('2024-01-01') / 1000

function sidecarOf({ versionId, modelId, names, year, creator, tags, nsfw }: Claim, bytes: Uint8Array): string {
  const text = `${versionId} of ${modelId}, ${year}, ${names}`
  return JSON.stringify({
    id: versionId,
    modelId,
    name: `Version ${text}`,
    baseModel: year % 2 ? 'Pony' : 'SDXL 1.0',
    trainedWords: [`word${versionId}`],
    publishedAt: `${year}-05-01T00:00:00.000Z`,
    createdAt: `${year}-04-01T00:00:00.000Z`,
    updatedAt: `${year}-06-01T00:00:00.000Z`,
    model: { name: `Model ${text}`, type: 'LORA', nsfw, tags, description: `<p>${text}</p>` },
    ...(creator && { creator: { username: creator } }),
    ...(names && { files: [{ name: 'file.safetensors', hashes: { SHA256: sha256Of(bytes) } }] }),
  })
}

/** An image generated with a model of these bytes. */
const picture = (bytes: Uint8Array): Buffer =>
  withText(
    storedPng(pixels),
    'parameters',
    `a fox\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 2x2, Model hash: ${sha256Of(bytes).slice(0, 10)}`,
  )

interface Hub {
  database: Database
  library: Library
}

/** Hubs over one folder, each with a separate data directory. */
async function withHubs(count: number, run: (hubs: Hub[], folder: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-consistency-'))
  const folder = join(directory, 'models')
  await mkdir(folder)
  // An empty folder must not count as an unmounted disk.
  await writeFile(join(folder, 'readme'), '')
  const hasher = openHasher({ threads: 1 })
  const hubs: Hub[] = []
  try {
    for (let number = 0; number < count; number++) {
      const dataDirectory = join(directory, `data${number}`)
      await mkdir(dataDirectory)
      const database = await openSqliteDatabase(join(dataDirectory, 'modelkeep.db'))
      const library = openLibrary({ database, hasher, dataDirectory, onTokensFound: async () => undefined })
      hubs.push({ database, library })
      await library.addFolders([folder], hubItself)
    }
    await run(hubs, folder)
  } finally {
    for (const { library } of hubs) await library.close()
    await hasher.close()
    for (const { database } of hubs) await database.close()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Clearing a database is faster than creating one. */
async function clear(database: Database): Promise<void> {
  await database.write(async (transaction) => {
    for (const table of [
      'library_entry',
      'entry_key',
      'id_alias',
      'file_place',
      'library_problem',
      'lost_file',
      'model',
      'model_version',
      'model_file',
      'file_hash',
      'tag',
      'model_tag',
      'image',
      'image_version',
      'image_hash',
      'id_sequence',
      'model_text',
      'dropped_file',
    ])
      await sql.raw(`delete from ${table}`).execute(transaction)
    await sql`delete from account where id not in (select account_id from default_creator)`.execute(transaction)
    await sql`update account set model_count = 0`.execute(transaction)
    await sql`update kept_count set count = 0`.execute(transaction)
  })
}

const rowsOf =
  (database: Database) =>
  async <Row = Record<string, unknown>>(query: string): Promise<Row[]> =>
    (await sql.raw<Row>(query).execute(database.kysely)).rows

/** Queries that return inconsistent rows. */
const contradictions: Record<string, string> = {
  'models of a creator': `select username, model_count from account where model_count <>
    (select count(*) from model where creator_id = account.id and listed = 1)`,
  'models of a tag': `select name, model_count from tag where model_count <>
    (select count(*) from model_tag join model on model.id = model_id where tag_id = tag.id and listed = 1)`,
  'kept counts': `select name, count from kept_count where count <> case name
    when 'tag' then (select count(*) from tag where model_count > 0)
    else (select count(*) from account where model_count > 0) end`,
  'listed models': `select id, listed from model where listed <> (status = 'Published' and exists
    (select 1 from model_version as version join model_file on version_id = version.id where model_id = model.id
      and version.status = 'Published'))`,
  'images of a model': `select id, image_count from model where image_count <>
    (select count(*) from image where model_id = model.id)`,
  'an image stands under the model of its version': `select image.id, image.model_id, model_version.model_id as of
    from image join model_version on model_version.id = version_id where image.model_id <> model_version.model_id`,
  'an image stands where its entry does': `select image.id from image join library_entry as entry on entry.id = entry_id
    where entry.version_id <> image.version_id or entry.folder_id <> image.folder_id`,
  'a file stands where its entry does': `select path from file_place join library_entry as entry on entry.id = entry_id
    join model_file on model_file.id = file_id where entry.version_id <> model_file.version_id`,
  'files of a version': `select id, file_count from model_version where file_count <>
    (select count(*) from model_file where version_id = model_version.id)`,
  'one primary file': `select id from model_version where file_count > 0 and 1 <>
    (select count(*) from model_file where version_id = model_version.id and is_primary = 1)`,
  'images that name a file': `select image_id, version_id from image_version except
    select image_id, version_id from image_hash join file_hash using (hash) join model_file on model_file.id = file_id`,
  'images that name a file, the other way': `select image_id, version_id from image_hash join file_hash using (hash)
    join model_file on model_file.id = file_id except select image_id, version_id from image_version`,
  'times of a model': `select id from model where
    published_at <> (select min(published_at) from model_version where model_id = model.id) or
    last_version_at <> (select max(published_at) from model_version where model_id = model.id)`,
  'a first position': `select id from model where 0 <>
    (select min(position) from model_version where model_id = model.id)`,
  'files without a place': `select id from model_file where id not in (select file_id from file_place)`,
  'places without a file': `select id from file_place where file_id not in (select id from model_file)`,
  'places without an entry': `select id from file_place where entry_id not in (select id from library_entry)`,
  'files without a version': `select id from model_file where version_id not in (select id from model_version)`,
  'hashes without a file': `select hash from file_hash where file_id not in (select id from model_file)`,
  'files without a hash': `select id from model_file where id not in (select file_id from file_hash)`,
  'versions without a model': `select id from model_version where model_id not in (select id from model)`,
  'versions of which nobody speaks': `select id from model_version where id not in
    (select version_id from library_entry)`,
  'models without a version': `select id from model where id not in (select model_id from model_version)`,
  'entries without a version': `select id from library_entry where version_id <> 0 and version_id not in
    (select id from model_version)`,
  'entries that wait to be read': `select id from library_entry where fingerprint = ''`,
  'images without an entry': `select id from image where entry_id not in (select id from library_entry)`,
  'images without a version': `select id from image where version_id not in (select id from model_version)`,
  'hashes without an image': `select hash from image_hash where image_id not in (select id from image)`,
  'tags without a model': `select tag_id from model_tag where model_id not in (select id from model)`,
  'texts without a model': `select rowid from model_text where rowid not in (select id from model)`,
  'models without a text': `select id from model where id not in (select rowid from model_text)`,
  'texts of a model': `select model.id, model_text.name from model_text join model on model.id = model_text.rowid
    left join account on account.id = creator_id
    where model_text.name <> model.name or model_text.creator <> iif(creator_is_default, '', username)`,
  'the default creator, and no other, publishes models without a creator': `select id from model
    where creator_is_default = 1 and creator_id <> (select account_id from default_creator)
    or creator_id not in (select id from account)`,
  'lost files': `select file_id from lost_file`,
}

async function assertDerived(database: Database): Promise<void> {
  const rows = rowsOf(database)
  for (const [what, query] of Object.entries(contradictions)) assert.deepEqual(await rows(query), [], what)
  const files = await rows<{ id: number; version_id: number; name: string; path: string }>(
    'select model_file.id, version_id, name, path from model_file join file_place on file_id = model_file.id',
  )
  for (const places of Map.groupBy(files, ({ id }) => id).values()) {
    const [file] = places
    const isNamed = places.some(({ path }) => file?.name.endsWith(basename(path)))
    assert.ok(isNamed, `${file?.name} is named after one of its places`)
  }
  const names = new Map(files.map(({ id, version_id, name }) => [id, `${version_id} ${name.toLowerCase()}`]))
  assert.equal(new Set(names.values()).size, names.size, 'files of one version have distinct names')
  const versions = await rows<{ id: number; model_id: number; position: number; nsfw_level: number; nsfw: number }>(
    `select model_version.id, model_id, position, model_version.nsfw_level, nsfw from model_version
      join model on model.id = model_id order by model_id, model_version.published_at desc, model_version.id desc`,
  )
  const images = await rows<{ version_id: number; nsfw_level: number }>('select version_id, nsfw_level from image')
  const levels = new Map<number, { shown: number; nsfw: number }>()
  const places = new Map<number, number>()
  for (const { id, model_id, position, nsfw_level, nsfw } of versions) {
    const place = places.get(model_id) ?? 0
    places.set(model_id, place + 1)
    assert.equal(position, place, 'positions are dense, newest first')
    const own = images.filter(({ version_id }) => version_id === id).reduce((all, image) => all | image.nsfw_level, 0)
    assert.equal(nsfw_level, own || (nsfw ? 28 : 1), 'levels of a version')
    levels.set(model_id, { shown: (levels.get(model_id)?.shown ?? 0) | own, nsfw })
  }
  for (const { id, nsfw_level } of await rows<{ id: number; nsfw_level: number }>('select id, nsfw_level from model')) {
    const { shown = 0, nsfw } = levels.get(id) ?? {}
    assert.equal(nsfw_level, shown || (nsfw ? 28 : 1), 'levels of a model')
  }
}

/**
 * Returns the catalog without the parts that differ between hubs: local ids (a version has its site id or the paths of its
 * files; of equal files the one with the lowest id is primary), uuids, random keys, recording times, ids of tags and
 * accounts, and names of files with several places, which follow the place that was first.
 */
async function catalogOf(database: Database) {
  const rows = rowsOf(database)
  const places = await rows<{ version_id: number; sha256: string; path: string }>(
    `select version_id, sha256, path from file_place join model_file on model_file.id = file_id order by path`,
  )
  const keyOf = (versionId: number): string =>
    versionId < 1_000_000_000
      ? String(versionId)
      : places.flatMap(({ version_id, path }) => (version_id === versionId ? [path] : [])).join(' ')
  const keyed = async (query: string) =>
    (await rows<{ version_id: number }>(query))
      .map(({ version_id, ...row }) => ({ version: keyOf(version_id), ...row }))
      .sort((one, two) => (JSON.stringify(one) < JSON.stringify(two) ? -1 : 1))
  return {
    places: places.map(({ version_id, ...place }) => ({ version: keyOf(version_id), ...place })),
    versions: await keyed(
      `select version.id as version_id, iif(model.id < 1000000000, model.id, 0) as model,
      position, version.name, version.description, version.base_model, version.trained_words, version.availability,
      version.nsfw_level, version.provenance, version.published_at, version.created_at, version.updated_at,
      version.file_count, model.name as model_name, model.description as about, model.type, nsfw, model.nsfw_level,
      model.published_at as first_at, last_version_at, model.provenance as origin, listed, image_count, username,
      allow_commercial_use, thumbs_up_count as thumbs, (select group_concat(tag.name order by tag.name) from model_tag
        join tag on tag.id = tag_id where model_id = model.id) as tags, model_text.name as text_name,
      model_text.trained_words as text_words, model_text.creator as text_creator
      from model_version as version join model on model.id = model_id left join account on account.id = creator_id
      left join model_text on model_text.rowid = model.id`.replaceAll('thumbs_up_count', 'model.thumbs_up_count'),
    ),
    files: await keyed(`select version_id, name, sha256, type, format, size, fp, size_bytes, hashes,
      pickle_scan_result from model_file`),
    images: await keyed(`select version_id, path, position, type, mime, width, height, image.hash, size_bytes,
      mtime_ms, nsfw_level, base_model, has_positive_prompt, minor, poi, created_at, meta from image`),
    links: await keyed(`select image_version.version_id, path from image_version join image on image.id = image_id`),
    tags: await rows('select name, model_count from tag where model_count > 0 order by name'),
    creators: await rows('select username, model_count from account where model_count > 0 order by username'),
    problems: await rows('select path, reason from library_problem order by path, reason'),
  }
}
