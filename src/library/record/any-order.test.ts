import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import type { ModelType } from '../../catalog/enums.ts'
import type { Database } from '../../db/database.ts'
import { openSqliteDatabase } from '../../db/sqlite/open.ts'
import type { EntryFacts } from '../entries/entry-facts.ts'
import { identify } from '../entries/identify.ts'
import type { HeaderFacts } from '../headers/model-metadata.ts'
import type { ClaimedFile, SidecarClaim } from '../sidecars/claim.ts'
import { openRecorder, type Recorder } from './open-recorder.ts'

/*
 * The catalog depends only on the content of the folders: neither on the order and the batches in which entries are
 * recorded, nor on earlier content. Only local ids differ.
 */

const places = [
  'a_unsorted/neg.zip',
  'embeddings/neg.pt',
  '4x.pth',
  'upscale_models/4x-UltraSharp.pth',
  'loras/fox.safetensors',
  'loras/fox_v1.safetensors',
  'loras/fox_v2.safetensors',
  'loras/Fox-V3.safetensors',
  'backup/fox_v1.safetensors',
  'backup/fox_v2.safetensors',
  'loras/fox-000010.safetensors',
  'other/copy.ckpt',
]

interface Content {
  at: string
  bytes: number
  /** Index in `sidecars` of the sidecar next to it. */
  sidecar: number
  /** Index in `previews` of the previews next to it. */
  previews?: number
}

const lora = (baseModel: string): HeaderFacts => ({
  modelType: 'LORA',
  baseModel,
  statements: [{ baseModel, source: 'header', isCoarse: true, isOwn: false }],
})
const headers = [lora('SDXL 1.0'), lora('SDXL 1.0'), lora('SD 1.5'), undefined, undefined]

/** Sidecars with the same version id state the same facts, except for trust. */
const sidecars: (((sha256: string) => Partial<SidecarClaim>) | undefined)[] = [
  undefined,
  undefined,
  undefined,
  undefined,
  () => ({ modelId: 7, versionId: 70, modelName: 'Model 7', modelType: 'LORA' as ModelType, baseModel: 'SDXL 1.0' }),
  (sha256) => ({ modelId: 7, versionId: 71, versionName: 'named', sha256: [sha256] }),
  () => ({ modelId: 8, versionId: 80, modelName: 'Model 8' }),
  () => ({ trainedWords: ['fox'] }),
  () => ({ modelId: 8, versionId: 81, versionName: 'conflicting', files: [file(900)] }),
  (sha256) => ({ modelId: 9, versionId: 90, modelName: 'Model 9', sha256: [sha256], files: [file(900, sha256)] }),
  (sha256) => ({ trainedWords: ['wolf'], files: [file(901, sha256)] }),
]

const file = (id: number, sha256?: string): ClaimedFile => ({
  id,
  name: 'named',
  metadata: {},
  hashes: sha256 ? { SHA256: sha256 } : {},
})

/** The ids that sidecars name for previews; undefined: none. Several entries can name the same ids. */
const previews: (number | undefined)[][] = [[], [], [undefined], [500], [501, 500], [undefined, 501], [502, undefined]]

const anyContent: fc.Arbitrary<Content> = fc.record({
  at: fc.constantFrom(...places),
  bytes: fc.nat(headers.length - 1),
  sidecar: fc.nat(sidecars.length - 1),
  previews: fc.nat(previews.length - 1),
})
type Step = { put: Content[] } | { remove: string[] }
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ put: fc.array(anyContent, { minLength: 1, maxLength: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ remove: fc.subarray(places, { minLength: 1, maxLength: 5 }) }) },
)
const anyBatch = fc.constantFrom(1, 7, 500)

test('any order, any batches and any history of a folder give the same catalog', () =>
  withHubs(async ([hub, fresh]) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 1, maxLength: 6 }),
        anyBatch,
        anyBatch,
        fc.infiniteStream(fc.nat()),
        async (steps, batch, freshBatch, order) => {
          const folder = new Map<string, Content>()
          await clear(hub.database)
          for (const step of steps) {
            if ('put' in step) {
              for (const content of step.put) folder.set(content.at, content)
              await record(hub, step.put, batch)
            } else {
              for (const at of step.remove) folder.delete(at)
              await forget(hub, step.remove)
            }
          }
          await hub.recorder.deleteMissing(Date.now() + 1)
          await clear(fresh.database)
          const shuffled = [...folder.values()].map((content) => ({ content, key: order.next().value ?? 0 }))
          const inOrder = shuffled.toSorted((one, other) => one.key - other.key).map(({ content }) => content)
          await record(fresh, inOrder, freshBatch)
          const named = idsIn([...folder.values()])
          assert.deepEqual(await catalogOf(hub.database, named), await catalogOf(fresh.database, named))
        },
      ),
      { numRuns: 150, interruptAfterTimeLimit: 20_000 },
    )
  }))

test('the most informative entry decides name, type, format and id together', () =>
  withHubs(async ([hub]) => {
    const contents = [
      { at: '4x.pth', bytes: 3 },
      { at: 'upscale_models/4x-UltraSharp.pth', bytes: 3 },
      { at: 'a_unsorted/neg.zip', bytes: 4 },
      { at: 'embeddings/neg.pt', bytes: 4 },
    ]
    for (const order of [contents, contents.toReversed()])
      for (const batch of [1, 500]) {
        await clear(hub.database)
        await record(
          hub,
          order.map((content) => ({ ...content, sidecar: 0 })),
          batch,
        )
        assert.deepEqual(
          (await catalogOf(hub.database)).map(({ name, type, versions }) => [
            name,
            type,
            versions[0]?.files[0]?.format,
            versions[0]?.files[0]?.name,
          ]),
          [
            ['4x-UltraSharp', 'Upscaler', 'PickleTensor', '4x-UltraSharp.pth'],
            ['neg', 'TextualInversion', 'PickleTensor', 'neg.pt'],
          ],
        )
      }
    await forget(hub, ['upscale_models/4x-UltraSharp.pth', 'embeddings/neg.pt'])
    assert.deepEqual(
      (await catalogOf(hub.database)).map(({ name, type }) => [name, type]),
      [
        ['4x', 'Other'],
        ['neg', 'Other'],
      ],
    )
  }))

const modelsOf = async (hub: Hub, contents: [at: string, bytes: number, sidecar?: number][]) => {
  await clear(hub.database)
  await record(
    hub,
    contents.map(([at, bytes, sidecar = 0]) => ({ at, bytes, sidecar })),
    500,
  )
  return (await catalogOf(hub.database)).map(({ id, name, versions }) => [
    id,
    name,
    versions.map((version) => version.name).toSorted(),
  ])
}

test('files of one directory that differ only in version are one model if type and base model agree', () =>
  withHubs(async ([hub]) => {
    const [sdxl, alsoSdxl, sd15] = [0, 1, 2]
    const check = async (contents: [string, number, number?][], models: unknown) =>
      assert.deepEqual(await modelsOf(hub, contents), models, JSON.stringify(contents))
    await check(
      [
        ['loras/fox_v1.safetensors', sdxl],
        ['loras/fox_v2.safetensors', alsoSdxl],
      ],
      [['local', 'fox', ['v1', 'v2']]],
    )
    await check(
      [
        ['loras/fox v1.5.safetensors', sdxl],
        ['loras/fox-V2.safetensors', alsoSdxl],
      ],
      [['local', 'fox', ['V2', 'v1.5']]],
    )
    await check(
      [
        ['a/fox version 1.safetensors', sdxl],
        ['a/fox-000010.safetensors', alsoSdxl],
      ],
      [['local', 'fox', ['epoch 10', 'version 1']]],
    )
    await check(
      [
        ['a/fox.safetensors', sdxl],
        ['a/fox-000010.safetensors', alsoSdxl],
      ],
      [['local', 'fox', ['epoch 10', 'v1.0']]],
    )
    await check(
      [
        ['a/fox_v1.safetensors', sdxl],
        ['a/fox_v2.safetensors', sd15],
      ],
      [
        ['local', 'fox v1', ['v1']],
        ['local', 'fox v2', ['v2']],
      ],
    )
    await check(
      [
        ['a/fox_v1.safetensors', sdxl],
        ['b/fox_v2.safetensors', alsoSdxl],
      ],
      [
        ['local', 'fox', ['v1']],
        ['local', 'fox', ['v2']],
      ],
    )
    await check(
      [
        ['a/sd14.safetensors', sdxl],
        ['a/sd15.safetensors', alsoSdxl],
      ],
      [
        ['local', 'sd14', ['v1.0']],
        ['local', 'sd15', ['v1.0']],
      ],
    )
    await check(
      [
        ['a/fox_v1.safetensors', sdxl],
        ['a/fox_v2.safetensors', alsoSdxl],
        ['a/fox_v3.safetensors', sd15],
      ],
      [
        ['local', 'fox v1–v2', ['v1', 'v2']],
        ['local', 'fox v3', ['v3']],
      ],
    )
    await check(
      [
        ['0/fox_v1.safetensors', sdxl],
        ['a/fox_v1.safetensors', sdxl],
        ['a/fox_v2.safetensors', alsoSdxl],
      ],
      [['local', 'fox', ['v1', 'v2']]],
    )
    await check(
      [
        ['a/fox_v1.safetensors', sdxl, 4],
        ['a/fox_v2.safetensors', alsoSdxl],
      ],
      [[7, 'Model 7', ['v1', 'v2']]],
    )
  }))

test('earlier ids resolve to the row that replaces theirs', () =>
  withHubs(async ([hub]) => {
    const { database } = hub
    const rows = async (query: string) => (await sql.raw(query).execute(database.kysely)).rows
    const [v1, v2] = [
      { at: 'a/fox_v1.safetensors', bytes: 0, sidecar: 0 },
      { at: 'a/fox_v2.safetensors', bytes: 1, sidecar: 0 },
    ]
    await record(hub, [v2], 1)
    await sql`insert into account_model (account_id, kind, model_id, created_at) values
      (1, 'favorite', 1000000000, 1), (1, 'hidden', 1000000000, 1)`.execute(database.kysely)
    await sql`insert into download_day (version_id, day, downloads) values (1000000000, 1, 3)`.execute(database.kysely)
    await sql`update model set download_count = 3, login_only = 1, edited_at = 1`.execute(database.kysely)
    await sql`update model_version set download_count = 3`.execute(database.kysely)
    await record(hub, [v1], 1)
    await record(hub, [{ ...v1, sidecar: 4 }], 1)
    await record(hub, [{ ...v2, sidecar: 5 }], 1)
    assert.deepEqual(
      await rows("select kind, old_id, new_id from id_alias where kind <> 'model_file' order by kind, old_id"),
      [
        { kind: 'model', old_id: 1_000_000_000, new_id: 7 },
        { kind: 'model_version', old_id: 1_000_000_000, new_id: 71 },
        { kind: 'model_version', old_id: 1_000_000_001, new_id: 70 },
      ],
    )
    assert.deepEqual(await rows('select kind, model_id from account_model order by kind'), [
      { kind: 'favorite', model_id: 7 },
      { kind: 'hidden', model_id: 7 },
    ])
    assert.deepEqual(
      await rows('select id, login_only, download_count as downloads, thumbs_up_count as up from model'),
      [{ id: 7, login_only: 1, downloads: 3, up: 1 }],
    )
    assert.deepEqual(await rows('select version_id, downloads from download_day'), [{ version_id: 71, downloads: 3 }])
    await record(hub, [v1, v2], 1)
    assert.deepEqual(await rows('select id from model_version order by id'), [{ id: 70 }, { id: 71 }], 'never back')
  }))

test('a site id goes to the most informative claimant, and earlier ids resolve', () =>
  withHubs(async ([hub]) => {
    const rows = async (query: string) => (await sql.raw(query).execute(hub.database.kysely)).rows
    const [plain, trusted] = [
      { at: 'other/copy.ckpt', bytes: 3, sidecar: 8, previews: 3 },
      { at: 'loras/fox.safetensors', bytes: 2, sidecar: 9, previews: 4 },
    ]
    await record(hub, [{ ...trusted, sidecar: 0, previews: 2 }], 1)
    await record(hub, [plain], 1)
    const fileIds = 'select id from model_file order by sha256'
    const imageIds = 'select path, id from image order by path'
    const byHash = await rows('select sha256 from model_file order by sha256')
    assert.equal(byHash.length, 2)
    assert.deepEqual(await rows(imageIds), [
      { path: 'loras/fox.preview.0.png', id: 1_000_000_000 },
      { path: 'other/copy.preview.0.png', id: 500 },
    ])
    await record(hub, [trusted], 1)
    assert.deepEqual(await rows(imageIds), [
      { path: 'loras/fox.preview.0.png', id: 501 },
      { path: 'loras/fox.preview.1.png', id: 500 },
      { path: 'other/copy.preview.0.png', id: 1_000_000_002 },
    ])
    const files = await rows('select name, id from model_file order by name')
    assert.deepEqual(files, [
      { name: 'copy.ckpt', id: 1_000_000_001 },
      { name: 'fox.safetensors', id: 900 },
    ])
    assert.deepEqual(
      await rows(
        "select kind, old_id, new_id from id_alias where kind in ('image', 'model_file') order by kind, old_id",
      ),
      [
        { kind: 'image', old_id: 1_000_000_000, new_id: 501 },
        { kind: 'image', old_id: 1_000_000_001, new_id: 500 },
        { kind: 'model_file', old_id: 1_000_000_000, new_id: 900 },
      ],
    )
    await record(hub, [{ ...trusted, sidecar: 0, previews: 2 }], 1)
    const kept = await rows('select id from image order by id')
    assert.deepEqual(kept, [{ id: 500 }, { id: 501 }], 'never back')
    assert.deepEqual(await rows(fileIds).then((ids) => ids.length), 2)
  }))

test('versions of one model with equal dates are ordered by name', () =>
  withHubs(async ([hub]) => {
    const order = async (names: readonly string[]) => {
      await clear(hub.database)
      const contents = names.map((name, index) => ({ at: `a/fox_${name}.safetensors`, bytes: index % 2, sidecar: 0 }))
      const entries = contents.map((content) => {
        const facts = factsOf(content)
        const files = facts.files.map(({ file, ...rest }) => ({ ...rest, file: { ...file, mtimeMs: 1 } }))
        return { folderId: 1, facts: { ...facts, files }, problems: [] }
      })
      for (const entry of entries) assert.deepEqual(await hub.recorder.record([entry]), [])
      const rows = await sql<{ name: string }>`select name from model_version order by position`.execute(
        hub.database.kysely,
      )
      return rows.rows.map(({ name }) => name)
    }
    assert.deepEqual(await order(['v2', 'v10']), ['v10', 'v2'])
    assert.deepEqual(await order(['v10', 'v2']), ['v10', 'v2'])
  }))

test('the number of statements of a batch does not grow with existing copies', () =>
  withHubs(async ([hub]) => {
    const copies = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        at: `copies/${from + index}/fox.safetensors`,
        bytes: 0,
        sidecar: 0,
      }))
    const statementsOf = async (work: () => Promise<unknown>) => {
      const before = hub.statements()
      await work()
      return hub.statements() - before
    }
    await record(hub, copies(0, 10), 500)
    const few = await statementsOf(() => record(hub, copies(1000, 5), 500))
    await record(hub, copies(2000, 400), 500)
    const many = await statementsOf(() => record(hub, copies(5000, 5), 500))
    assert.equal(many, few)
  }))

interface Hub {
  database: Database
  recorder: Recorder
  statements(): number
}

async function withHubs(run: (hubs: [Hub, Hub]) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-order-'))
  const open = async (name: string): Promise<Hub> => {
    let count = 0
    const database = await openSqliteDatabase(join(directory, name), { onStatement: () => count++ })
    return { database, recorder: openRecorder({ database, ownedFolder: directory }), statements: () => count }
  }
  const hubs: [Hub, Hub] = [await open('one.db'), await open('other.db')]
  try {
    await run(hubs)
  } finally {
    for (const { database } of hubs) await database.close()
    await rm(directory, { recursive: true, force: true })
  }
}

async function record({ recorder }: Hub, contents: readonly Content[], batch: number): Promise<void> {
  for (let start = 0; start < contents.length; start += batch) {
    const entries = contents
      .slice(start, start + batch)
      .map((content) => ({ folderId: 1, facts: factsOf(content), problems: [] }))
    assert.deepEqual(await recorder.record(entries), [])
  }
}

async function forget({ database, recorder }: Hub, paths: readonly string[]): Promise<void> {
  const stems = paths.map(stemOf)
  const entries = await database.kysely.selectFrom('library_entry').select(['id', 'directory', 'stem']).execute()
  const gone = entries.filter(({ directory, stem }) => stems.includes(directory === '' ? stem : `${directory}/${stem}`))
  await recorder.removeEntries(gone.map(({ id }) => id))
}

const stemOf = (path: string) => path.replace(/\.[a-z]+$/, '')

function factsOf(content: Content): EntryFacts {
  const { at, bytes, sidecar } = content
  const sha256 = createHash('sha256').update(`content ${bytes}`).digest('hex').toUpperCase()
  const header = at.endsWith('.safetensors') ? headers[bytes] : undefined
  const sidecarFacts = sidecars[sidecar]?.(sha256)
  const claims: SidecarClaim[] = sidecarFacts
    ? [{ source: 'civitai-info', problems: [], sha256: [], ...sidecarFacts }]
    : []
  const identity = identify({ path: at, sidecars: claims, sha256, ...(header && { header }) })
  // Some dates are equal.
  const mtimeMs = Date.parse('2024-01-01') + ([...at].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 3)
  return {
    stem: stemOf(at),
    fingerprint: JSON.stringify(content),
    identity,
    trust: sidecarFacts?.sha256 ? 2 : sidecarFacts ? 1 : 0,
    files: [
      {
        file: { path: at, sizeBytes: 1, mtimeMs, inode: at },
        hashes: { sha256, autov2: sha256.slice(0, 10), blake3: sha256, crc32: sha256.slice(0, 8) },
        identity: identity.file,
      },
    ],
    images: (previews[content.previews ?? 0] ?? []).map((id, index) => ({
      path: `${stemOf(at)}.preview.${index}.png`,
      owned: false,
      sizeBytes: 1,
      mtimeMs,
      holdsToken: false,
      type: 'image',
      mime: 'image/png',
      width: 1,
      height: 1,
      blurHash: '',
      nsfwLevel: 1,
      modelHashes: [],
      meta: undefined,
      ...(id !== undefined && { id }),
    })),
  }
}

/** Returns, by path of a file or an image, the id that a sidecar names for it. */
const idsIn = (contents: readonly Content[]): ReadonlyMap<string, number | undefined> =>
  new Map(
    contents
      .map(factsOf)
      .flatMap(({ files, images }) => [
        ...files.map(({ file, identity }) => [file.path, identity.id] as const),
        ...images.map(({ path, id }) => [path, id] as const),
      ]),
  )

async function clear(database: Database): Promise<void> {
  await database.write(async (transaction) => {
    for (const table of [
      'library_entry',
      'entry_key',
      'id_alias',
      'file_place',
      'library_problem',
      'lost_file',
      'dropped_file',
      'model',
      'model_version',
      'model_file',
      'file_hash',
      'tag',
      'model_tag',
      'id_sequence',
      'model_text',
      'image',
      'image_version',
      'image_hash',
      'video_still',
    ])
      await sql.raw(`delete from ${table}`).execute(transaction)
  })
}

interface CatalogRow {
  model: number
  model_name: string
  type: string
  version: number
  position: number
  version_name: string
  base_model: string
  trained_words: string
  file_id: number
  file: string
  format: string
  sha256: string
  places: string
}

/** Returns the catalog without local ids; `named` has the site ids of files and images by path. */
async function catalogOf(database: Database, siteIds: ReadonlyMap<string, number | undefined> = new Map()) {
  const { rows } = await sql<CatalogRow>`
    select model.id as model, model.name as model_name, model.type, version.id as version, position,
      version.name as version_name, base_model, trained_words, file.id as file_id, file.name as file, file.format, sha256,
      (select group_concat(path order by path) from file_place where file_id = file.id) as places
    from model join model_version as version on version.model_id = model.id
      join model_file as file on file.version_id = version.id
    order by position, sha256
  `.execute(database.kysely)
  const images = await sql<{ id: number; version_id: number; path: string; model_id: number }>`
    select id, version_id, path, model_id from image order by position, id
  `.execute(database.kysely)
  const imagesOf = Map.groupBy(images.rows, ({ version_id, model_id }) => `${model_id} ${version_id}`)
  const comparableId = (id: number, paths: string) =>
    paths.split(',').some((path) => siteIds.get(path) === id) ? id : 'local'
  const claims = await sql<{ claim: string }>`select claim from library_entry`.execute(database.kysely)
  const sites = claims.rows.map(
    ({ claim }) => (JSON.parse(claim) as { site?: { modelId: number; versionId: number } }).site,
  )
  const shownId = (id: number, key: 'modelId' | 'versionId') =>
    sites.some((site) => site?.[key] === id) ? id : 'local'
  const models = [...Map.groupBy(rows, ({ model }) => model)].map(([model, own]) => ({
    id: shownId(model, 'modelId'),
    name: own[0]?.model_name,
    type: own[0]?.type,
    versions: [...Map.groupBy(own, ({ version }) => version)].map(([version, files]) => ({
      id: shownId(version, 'versionId'),
      name: files[0]?.version_name,
      baseModel: files[0]?.base_model,
      trainedWords: files[0]?.trained_words,
      files: files.map(({ file_id, file, format, sha256, places }) => ({
        id: comparableId(file_id, places ?? ''),
        name: file,
        format,
        sha256,
        places,
      })),
      images: (imagesOf.get(`${model} ${version}`) ?? []).map(({ id, path }) => ({ id: comparableId(id, path), path })),
    })),
  }))
  return models.toSorted((one, other) =>
    JSON.stringify([one.name, one]) < JSON.stringify([other.name, other]) ? -1 : 1,
  )
}
