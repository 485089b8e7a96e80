import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { Schema } from '../../db/schema.ts'
import { withoutHexPrefix } from '../hex-prefix.ts'
import { currentId } from '../id-alias.ts'
import { detailedVersion, partsOfVersion } from './detail-queries.ts'
import { type BaseModelSources, readBaseModelSources } from './list/base-model-sources.ts'
import { type DetailedVersion, versionColumns } from './rows.ts'

export interface FoundFile {
  modelVersionId: number
  modelId: number
  /** Upper-case hexadecimal. */
  sha256: string
}

/** Finds published versions, by id and by what their files hash to. */
export interface VersionFinder {
  byId(id: number): Promise<DetailedVersion | undefined>
  /** The id that a file has now: one that was replaced resolves to its successor, any other to itself. */
  currentFileId(id: number): Promise<number>
  /** Where the base model of a version was read. */
  baseModelSources(id: number): Promise<BaseModelSources | undefined>
  /** By a hash of any kind, in any letter case, with or without a leading `0x`. Of several versions with the file the earliest published, then the lowest id. */
  byHash(hash: string): Promise<DetailedVersion | undefined>
  /** Every version with one of these files, once each, in the order of the hashes. */
  bySha256(hashes: readonly string[]): Promise<DetailedVersion[]>
  /** Every pair of one of these files and a version that holds it, by hash. */
  idsBySha256(hashes: readonly string[]): Promise<FoundFile[]>
}

/** `now` gives Unix milliseconds: early access that has ended is not told of. */
export function openVersionFinder({ database, now }: { database: Database; now: () => number }): VersionFinder {
  const byId = database.lookup((query, values: BindPlaceholder<{ id: number }>) =>
    wholeVersions(query, database).where('model_version.id', '=', currentId('model_version', values('id'))),
  )

  // Served by the primary key.
  const sources = database.lookup((query, values: BindPlaceholder<{ id: number }>) =>
    publishedVersions(query)
      .select(['model_version.model_id', 'model_version.base_model', 'model_version.provenance'])
      .where('model_version.id', '=', currentId('model_version', values('id'))),
  )

  // Served by the primary key of `id_alias`.
  const replacedFile = database.lookup((query, values: BindPlaceholder<{ id: number }>) =>
    query.selectFrom('id_alias').select('new_id').where('kind', '=', 'model_file').where('old_id', '=', values('id')),
  )

  // Served by the key of `file_hash`.
  const idByHash = database.lookup((query, values: BindPlaceholder<{ hash: string; reversed: string }>) =>
    publishedVersions(query)
      .innerJoin('model_file', 'model_file.version_id', 'model_version.id')
      .innerJoin('file_hash', 'file_hash.file_id', 'model_file.id')
      .select('model_version.id')
      .where((file) =>
        file.or([
          file('file_hash.hash', '=', values('hash')),
          file.and([file('file_hash.hash', '=', values('reversed')), file('file_hash.kind', '=', 'CRC32')]),
        ]),
      )
      .orderBy('model_version.published_at')
      .orderBy('model_version.id')
      .limit(1),
  )

  // Both served by the index `model_file_sha256`.
  const bySha256 = database.search((query, values: BindPlaceholder<{ hashes: string }>) =>
    wholeVersions(query, database)
      .where('model_version.id', 'in', (version) =>
        version
          .selectFrom('model_file')
          .select('model_file.version_id')
          .where((file) => database.engine.inList(file.ref('model_file.sha256'), values('hashes'))),
      )
      .orderBy('model_version.published_at')
      .orderBy('model_version.id'),
  )
  // The files first, then what is known of their versions in the order of the index `model_version_published`.
  const idsBySha256 = database.search((query, values: BindPlaceholder<{ hashes: string }>) =>
    query
      .selectFrom((files) =>
        files
          .selectFrom('model_file')
          .select(['model_file.version_id', 'model_file.sha256'])
          .where((file) => database.engine.inList(file.ref('model_file.sha256'), values('hashes')))
          .orderBy('model_file.version_id')
          // All of them: without a limit the order would be dropped, and versions met here and there.
          .limit(sql.lit(Number.MAX_SAFE_INTEGER))
          .as('held'),
      )
      .crossJoin(database.engine.indexHint('model_version', 'model_version_published'))
      .whereRef('model_version.id', '=', 'held.version_id')
      .select(['model_version.id as modelVersionId', 'model_version.model_id as modelId', 'held.sha256'])
      .where('model_version.status', '=', sql.lit('Published'))
      // Few models are not: the index `model_unpublished`, read once, spares the row of each model.
      .where('model_version.model_id', 'not in', (version) =>
        version.selectFrom('model').select('model.id').where('model.status', '<>', sql.lit('Published')),
      )
      .orderBy('held.sha256')
      .orderBy('held.version_id'),
  )

  const present = (row: Parameters<typeof detailedVersion>[0]): DetailedVersion => {
    const endsAt = row.early_access_ends_at
    return detailedVersion({ ...row, early_access_ends_at: endsAt !== null && endsAt > now() ? endsAt : null })
  }
  const find = async (id: number) => {
    const row = await byId.first({ id })
    return row && present(row)
  }

  return {
    currentFileId: async (id) => (await replacedFile.first({ id }))?.new_id ?? id,
    async baseModelSources(id) {
      const row = await sources.first({ id })
      return row && readBaseModelSources(row)
    },
    byId: find,
    async byHash(text) {
      const hash = withoutHexPrefix(text.trim()).toUpperCase()
      const row = await idByHash.first({ hash, reversed: hash.length === 8 ? reversedBytes(hash) : hash })
      return row && find(row.id)
    },
    async bySha256(hashes) {
      const wanted = upperCased(hashes)
      const rows = await bySha256.all({ hashes: JSON.stringify(wanted) })
      const places = new Map(wanted.map((hash, index) => [hash, index]))
      const placeOf = ({ files }: DetailedVersion) =>
        Math.min(...files.map(({ hashes: { SHA256 = '' } }) => places.get(SHA256) ?? Number.POSITIVE_INFINITY))
      return rows.map(present).sort((one, other) => placeOf(one) - placeOf(other))
    },
    async idsBySha256(hashes) {
      return idsBySha256.all({ hashes: JSON.stringify(upperCased(hashes)) })
    },
  }
}

const publishedVersions = (query: Kysely<Schema>) =>
  query
    .selectFrom('model_version')
    .innerJoin('model', 'model.id', 'model_version.model_id')
    .where('model.status', '=', 'Published')
    .where('model_version.status', '=', 'Published')

const wholeVersions = (query: Kysely<Schema>, { engine }: Database) =>
  query
    .selectFrom('model_version')
    .select([...versionColumns, 'model_version.early_access_config'])
    .select((version) => partsOfVersion(engine, version))
    .where('model_version.status', '=', 'Published')
    .where((version) =>
      version.exists(
        version
          .selectFrom('model')
          .select(sql.lit(1).as('one'))
          .whereRef('model.id', '=', 'model_version.model_id')
          .where('model.status', '=', 'Published'),
      ),
    )

const upperCased = (hashes: readonly string[]) => [...new Set(hashes.map((hash) => hash.toUpperCase()))]

/** A CRC-32 is written in either byte order; the catalog keeps the site's. */
const reversedBytes = (hash: string) => (hash.match(/../g) ?? []).reverse().join('')
