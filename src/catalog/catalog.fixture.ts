import { createHash } from 'node:crypto'
import type { Insertable, Transaction } from 'kysely'
import type { Database } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import type { ImageTable, ModelFileTable, ModelTable, ModelVersionTable } from '../db/tables/catalog.ts'
import { adjustCount } from './cached-counts.ts'
import { defaultCreatorId } from './default-creator.ts'
import type { HashKind } from './enums.ts'
import { firstLocalId } from './local-ids.ts'

/*
 * Builds rows of a catalog for tests, each consistent with the others: hashes, tags, counts, searched text, `listed`.
 * What a test does not name gets a value that makes the model an ordinary, listed one.
 */

export interface ModelFixture extends Partial<Omit<ModelTable, 'allow_commercial_use'>> {
  allow_commercial_use?: string[]
  /** Username; null for none. */
  creator?: string | null
  tags?: string[]
  /** Newest first, as their `position` says. One version with one file when absent. */
  versions?: VersionFixture[]
}

export interface VersionFixture extends Partial<Omit<ModelVersionTable, 'model_id' | 'trained_words'>> {
  trained_words?: string[]
  /** One file when absent. The first is the primary one unless a file says so itself. */
  files?: FileFixture[]
  images?: ImageFixture[]
}

export interface FileFixture extends Partial<Omit<ModelFileTable, 'version_id' | 'hashes'>> {
  /** Made from `sha256` and the id when absent; a kind that is undefined is left out. */
  hashes?: { [Kind in HashKind]?: string | undefined }
}

export type ImageFixture = Partial<Omit<Insertable<ImageTable>, 'version_id' | 'model_id' | 'meta'>> & {
  meta?: object | null
}

/** The ids that were given, in the order of the fixture. */
export interface InsertedModel {
  id: number
  versions: { id: number; fileIds: number[]; imageIds: number[] }[]
}

export async function insertModel(database: Database, model: ModelFixture = {}): Promise<InsertedModel> {
  const [inserted] = await insertModels(database, [model])
  return inserted as InsertedModel
}

/** Inserts many models in one transaction; a few thousand take about a second. */
export function insertModels(database: Database, models: readonly ModelFixture[]): Promise<InsertedModel[]> {
  return database.write(
    async (transaction) => {
      const nextId = await idsAfterTheLast(transaction)
      const rows = { model: [], model_version: [], model_file: [], file_hash: [], model_tag: [], image: [] } as Rows
      const people = await accountsByName(transaction)
      const tags = await tagsByName(transaction)
      const inserted: InsertedModel[] = []
      for (const fixture of models) {
        const { creator = 'maker', tags: tagNames = [], ...given } = fixture
        const creatorId = creator === null ? await defaultCreatorId(transaction) : await people(creator)
        const { model, ids, words } = rowsOf(
          { creator_is_default: Number(creator === null), ...given, creator_id: given.creator_id ?? creatorId },
          nextId,
          rows,
        )
        inserted.push(ids)
        for (const name of new Set(tagNames)) {
          rows.model_tag.push({ tag_id: await tags(name), model_id: ids.id })
        }
        if (model.listed) await countListed(transaction, creatorId, tagNames)
        const text = {
          name: model.name,
          creator: creator ?? '',
          tags: tagNames.join(' '),
          trainedWords: words,
          fileNames: '',
        }
        for (const statement of database.engine.putModelText(ids.id, text)) await statement.execute(transaction)
      }
      for (const table of Object.keys(rows) as (keyof Rows)[]) await insertAll(transaction, table, rows[table])
      return inserted
    },
    { changes: 'catalog' },
  )
}

type Rows = {
  model: Insertable<ModelTable>[]
  model_version: Insertable<ModelVersionTable>[]
  model_file: Insertable<ModelFileTable>[]
  file_hash: Schema['file_hash'][]
  model_tag: Schema['model_tag'][]
  image: Insertable<ImageTable>[]
}
type NextId = Record<'model' | 'model_version' | 'model_file' | 'image', () => number>

const begin = Date.UTC(2026, 0, 1)

function rowsOf(fixture: Omit<ModelFixture, 'creator' | 'tags'>, nextId: NextId, rows: Rows) {
  const { versions: versionFixtures = [{}], allow_commercial_use, ...given } = fixture
  const id = given.id ?? nextId.model()
  const at = given.created_at ?? begin + (id % 1_000_000) * 60_000
  const versions = versionFixtures.map((version, position) =>
    addVersion({ position, created_at: at - position * 1000, ...version }, id, nextId, rows),
  )
  const images = versions.flatMap((version) => version.images)
  const shown = versions.filter(({ row }) => row.status === 'Published' && (row.file_count ?? 0) > 0)
  const model: Insertable<ModelTable> = {
    id,
    name: `Model ${id}`,
    description: null,
    type: 'LORA',
    nsfw: 0,
    nsfw_level: images.reduce((level, image) => level | image.nsfw_level, 0) || (given.nsfw ? 28 : 1),
    poi: 0,
    minor: 0,
    sfw_only: 0,
    mode: null,
    status: 'Published',
    availability: 'Public',
    creator_id: 0,
    creator_is_default: 0,
    checkpoint_type: null,
    allow_no_credit: 1,
    allow_commercial_use: JSON.stringify(allow_commercial_use ?? ['Image', 'Sell']),
    allow_derivatives: 1,
    allow_different_license: 1,
    login_only: null,
    downloads_disabled: 0,
    download_count: 0,
    imported_download_count: 0,
    thumbs_up_count: 0,
    thumbs_down_count: 0,
    comment_count: 0,
    collected_count: 0,
    image_count: images.length,
    tipped_amount_count: 0,
    stated_download_count: null,
    stated_thumbs_up_count: null,
    stated_thumbs_down_count: null,
    provenance: '{}',
    created_at: at,
    published_at: at,
    last_version_at: Math.max(at, ...versions.map(({ row }) => row.published_at)),
    updated_at: at,
    edited_at: null,
    listed: shown.length > 0 ? 1 : 0,
    ...given,
  }
  rows.model.push(model)
  const words = versions.map(({ words }) => words.join(' ')).join(' ')
  const ids: InsertedModel = {
    id,
    versions: versions.map(({ row, fileIds, images }) => ({
      id: row.id,
      fileIds,
      imageIds: images.map((image) => image.id),
    })),
  }
  return { model, ids, words }
}

function addVersion(fixture: VersionFixture, modelId: number, nextId: NextId, rows: Rows) {
  const { files = [{}], images = [], trained_words: words = [], ...given } = fixture
  const id = given.id ?? nextId.model_version()
  const at = given.created_at ?? begin
  const primaryNamed = files.some((file) => file.is_primary)
  const fileIds = files.map((file, index) =>
    addFile({ is_primary: !primaryNamed && index === 0 ? 1 : 0, created_at: at, ...file }, id, nextId, rows),
  )
  const imageRows = images.map((image, position) => imageRow({ position, ...image }, modelId, id, at, nextId))
  rows.image.push(...imageRows)
  const row: Insertable<ModelVersionTable> = {
    id,
    model_id: modelId,
    position: 0,
    name: 'v1.0',
    description: null,
    base_model: 'SDXL 1.0',
    base_model_type: 'Standard',
    trained_words: JSON.stringify(words),
    status: 'Published',
    availability: 'Public',
    nsfw_level: imageRows.reduce((level, image) => level | image.nsfw_level, 0) || 1,
    usage_control: 'Download',
    upload_type: 'Created',
    early_access_ends_at: null,
    download_count: 0,
    imported_download_count: 0,
    thumbs_up_count: 0,
    thumbs_down_count: 0,
    provenance: '{}',
    created_at: at,
    published_at: at,
    updated_at: at,
    edited_at: null,
    file_count: files.length,
    ...given,
  }
  rows.model_version.push(row)
  return { row, words, fileIds, images: imageRows }
}

function addFile(fixture: FileFixture, versionId: number, nextId: NextId, rows: Rows): number {
  const { hashes: givenHashes, ...given } = fixture
  const id = given.id ?? nextId.model_file()
  const sha256 = given.sha256 ?? digest(`file ${id}`)
  const hashes = Object.entries({
    SHA256: sha256,
    AutoV1: digest(`AutoV1 ${sha256}`).slice(0, 8),
    AutoV2: sha256.slice(0, 10),
    AutoV3: digest(`AutoV3 ${sha256}`).slice(0, 12),
    CRC32: digest(`CRC32 ${sha256}`).slice(0, 8),
    BLAKE3: digest(`BLAKE3 ${sha256}`),
    ...givenHashes,
  }).filter((pair): pair is [HashKind, string] => pair[1] !== undefined)
  rows.model_file.push({
    id,
    version_id: versionId,
    name: `file-${id}.safetensors`,
    type: 'Model',
    size_bytes: 151_111_111,
    format: 'SafeTensor',
    size: null,
    fp: null,
    quant_type: null,
    sha256,
    hashes: JSON.stringify(Object.fromEntries(hashes)),
    is_primary: 0,
    pickle_scan_result: 'Success',
    pickle_scan_message: null,
    virus_scan_result: 'Pending',
    virus_scan_message: null,
    scanned_at: begin,
    created_at: begin,
    ...given,
  })
  rows.file_hash.push(...hashes.map(([kind, hash]) => ({ hash, kind, file_id: id })))
  return id
}

function imageRow(
  fixture: ImageFixture,
  modelId: number,
  versionId: number,
  at: number,
  nextId: NextId,
): Insertable<ImageTable> {
  const { meta, ...given } = fixture
  const id = given.id ?? nextId.image()
  const uuid = digest(`image ${id}`).toLowerCase()
  return {
    id,
    uuid: `${uuid.slice(0, 8)}-${uuid.slice(8, 12)}-4${uuid.slice(13, 16)}-8${uuid.slice(17, 20)}-${uuid.slice(20, 32)}`,
    folder_id: null,
    path: `image-${id}.png`,
    entry_id: null,
    version_id: versionId,
    model_id: modelId,
    post_id: firstLocalId + (versionId % firstLocalId),
    creator_id: null,
    position: 0,
    type: 'image',
    mime: 'image/png',
    extension: 'png',
    width: 512,
    height: 768,
    hash: 'LEHV6nWB2yk8pyo0adR*.7kCMdnj',
    size_bytes: 10_000,
    mtime_ms: at,
    nsfw_level: 1,
    base_model: null,
    meta: meta ? JSON.stringify(meta) : null,
    has_positive_prompt: meta && 'prompt' in meta ? 1 : 0,
    minor: 0,
    poi: 0,
    cry_count: 0,
    laugh_count: 0,
    like_count: 0,
    dislike_count: 0,
    heart_count: 0,
    comment_count: 0,
    reaction_count: 0,
    collected_count: 0,
    random_key: Number.parseInt(uuid.slice(0, 7), 16),
    created_at: at,
    ...given,
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').toUpperCase()

async function idsAfterTheLast(transaction: Transaction<Schema>): Promise<NextId> {
  const after = async (table: keyof NextId) => {
    const row = await transaction
      .selectFrom(table)
      .select((query) => query.fn.max('id').as('last'))
      .executeTakeFirst()
    let last = Number(row?.last ?? 0)
    return () => ++last
  }
  return {
    model: await after('model'),
    model_version: await after('model_version'),
    model_file: await after('model_file'),
    image: await after('image'),
  }
}

async function accountsByName(transaction: Transaction<Schema>) {
  const rows = await transaction.selectFrom('account').select(['id', 'username_key']).execute()
  const known = new Map(rows.map((row) => [row.username_key, row.id]))
  return async (username: string): Promise<number> => {
    const key = username.toLowerCase()
    const id = known.get(key) ?? (await insertCreator(transaction, username))
    known.set(key, id)
    return id
  }
}

async function insertCreator(transaction: Transaction<Schema>, username: string): Promise<number> {
  const at = new Date(begin).toISOString()
  const { id } = await transaction
    .insertInto('account')
    .values({
      username,
      username_key: username.toLowerCase(),
      name: username,
      email: null,
      email_verified: 0,
      image: null,
      role: 'user',
      status: 'active',
      tier: 'free',
      model_count: 0,
      created_at: at,
      updated_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

async function tagsByName(transaction: Transaction<Schema>) {
  const rows = await transaction.selectFrom('tag').select(['id', 'name_key']).execute()
  const known = new Map(rows.map((row) => [row.name_key, row.id]))
  return async (name: string): Promise<number> => {
    const key = name.toLowerCase()
    const id =
      known.get(key) ??
      (
        await transaction
          .insertInto('tag')
          .values({ name, name_key: key, model_count: 0 })
          .returning('id')
          .executeTakeFirstOrThrow()
      ).id
    known.set(key, id)
    return id
  }
}

async function countListed(transaction: Transaction<Schema>, creatorId: number | null, tags: readonly string[]) {
  const counted = await transaction
    .updateTable('account')
    .set((row) => ({ model_count: row('model_count', '+', 1) }))
    .where('id', '=', creatorId)
    .returning('model_count')
    .execute()
  for (const { model_count } of counted) if (model_count === 1) await adjustCount(transaction, 'account', 1)
  if (tags.length === 0) return
  const countedTags = await transaction
    .updateTable('tag')
    .set((row) => ({ model_count: row('model_count', '+', 1) }))
    .where(
      'name_key',
      'in',
      tags.map((tag) => tag.toLowerCase()),
    )
    .returning('model_count')
    .execute()
  for (const { model_count } of countedTags) if (model_count === 1) await adjustCount(transaction, 'tag', 1)
}

/** A statement binds a limited number of values, so rows go in by hundreds. */
async function insertAll<Table extends keyof Rows>(transaction: Transaction<Schema>, table: Table, rows: Rows[Table]) {
  for (let start = 0; start < rows.length; start += 500) {
    await transaction
      .insertInto(table)
      .values(rows.slice(start, start + 500) as never)
      .execute()
  }
}
