import { sql } from 'kysely'
import type { AbandonedVersion, ClusterHistory } from '../cluster/plan-cluster.ts'
import type { ClusterRow } from './cluster-rows.ts'
import { isOneOf, type Recording } from './recording.ts'

/** The catalog rows that a cluster can change, as they are before the change. */
export interface CatalogState {
  history: ClusterHistory
  /** By id. */
  versions: ReadonlyMap<number, { modelId: number; leaderId: number | null }>
  models: ReadonlyMap<number, { name: string; leaderId: number | null }>
}

/**
 * Reads the versions and models of these entries, of the bytes they have and of the ids their sidecars name. `others` are
 * further versions to read: those that entries have left.
 */
export async function readCatalogState(
  recording: Recording,
  rows: readonly ClusterRow[],
  others: readonly number[],
): Promise<CatalogState> {
  const { transaction } = recording
  const mains = [...new Set(rows.flatMap(({ claim }) => claim.files.slice(0, 1)))]
  const entryIds = rows.map(({ entryId }) => entryId)
  const allFiles = await transaction
    .selectFrom('model_file')
    .select(['sha256', 'version_id'])
    .where((row) => isOneOf(recording, row.ref('sha256'), mains))
    .execute()
  const heldOutside = await versionsHeldOutside(recording, {
    versionIds: [...new Set(allFiles.map(({ version_id }) => version_id))],
    entryIds,
  })
  const files = allFiles.filter(({ version_id }) => !heldOutside.has(version_id))
  const parts = [...new Set(rows.flatMap(({ claim }) => claim.files.slice(0, claim.parts)))]
  const abandoned = await findAbandonedVersions(recording, parts)
  const versionIds = new Set([
    ...abandoned.map(({ id }) => id),
    ...rows.flatMap(({ versionId, claim: { site } }) => [versionId, ...(site ? [site.versionId] : [])]),
    ...files.map(({ version_id }) => version_id),
    ...others,
  ])
  const versions = await transaction
    .selectFrom('model_version')
    .select(['id', 'model_id', 'leader_entry_id'])
    .where((row) => isOneOf(recording, row.ref('id'), [...versionIds]))
    .execute()
  const modelIds = new Set([
    ...versions.map(({ model_id }) => model_id),
    ...rows.flatMap(({ claim: { site } }) => site?.modelId ?? []),
  ])
  const models = await transaction
    .selectFrom('model')
    .select(['id', 'name', 'leader_entry_id'])
    .where((row) => isOneOf(recording, row.ref('id'), [...modelIds]))
    .execute()
  const versionsWith = Map.groupBy(files, ({ sha256 }) => sha256)
  return {
    history: {
      versionOfEntry: new Map(
        rows.flatMap(({ entryId, versionId }) => (versionId === 0 ? [] : [[entryId, versionId]])),
      ),
      modelOfVersion: new Map(versions.map(({ id, model_id }) => [id, model_id])),
      versionsByHash: new Map([...versionsWith].map(([hash, own]) => [hash, own.map(({ version_id }) => version_id)])),
      abandoned: byHash(abandoned),
      returned: await findReturnedIds(recording, mains),
      modelsOutsideCluster: await modelsHeldOutside(recording, [...modelIds], entryIds),
      ...(await findUnread(recording, [...versionIds], [...modelIds])),
    },
    versions: new Map(versions.map((row) => [row.id, { modelId: row.model_id, leaderId: row.leader_entry_id }])),
    models: new Map(models.map((row) => [row.id, { name: row.name, leaderId: row.leader_entry_id }])),
  }
}

/** Returns the versions without entries that have a file with one of these hashes. */
async function findAbandonedVersions(recording: Recording, hashes: readonly string[]): Promise<AbandonedVersion[]> {
  const rows = await recording.transaction
    .selectFrom('model_file')
    .select(['version_id', 'sha256'])
    .where((row) =>
      row(
        'version_id',
        'in',
        row
          .selectFrom('model_file as part')
          .select('part.version_id')
          .where((inner) => isOneOf(recording, inner.ref('part.sha256'), hashes))
          .where(({ not, exists, selectFrom }) =>
            not(exists(selectFrom('library_entry').select('id').whereRef('version_id', '=', 'part.version_id'))),
          ),
      ),
    )
    .execute()
  return [...Map.groupBy(rows, ({ version_id }) => version_id)].map(([id, files]) => ({
    id,
    files: files.map(({ sha256 }) => sha256),
  }))
}

function byHash(versions: readonly AbandonedVersion[]): Map<string, AbandonedVersion[]> {
  const pairs = versions.flatMap((version) => version.files.map((hash) => ({ hash, version })))
  const grouped = Map.groupBy(pairs, ({ hash }) => hash)
  return new Map([...grouped].map(([hash, own]) => [hash, own.map(({ version }) => version)]))
}

/**
 * Returns the versions among `versionIds` that have active entries outside `entryIds`. Such a version can still list bytes
 * that its entries had before; it is not the version of these bytes.
 */
async function versionsHeldOutside(
  recording: Recording,
  { versionIds, entryIds }: { versionIds: readonly number[]; entryIds: readonly number[] },
): Promise<Set<number>> {
  const rows = await recording.transaction
    .selectFrom('library_entry')
    .select('version_id')
    .distinct()
    .where((row) => isOneOf(recording, row.ref('version_id'), versionIds))
    .where((row) => row.not(isOneOf(recording, row.ref('id'), entryIds)))
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('entry_key').select('key').whereRef('entry_id', '=', 'library_entry.id')),
    )
    .execute()
  return new Set(rows.map(({ version_id }) => version_id))
}

/** Returns the models among `modelIds` that have a version with active entries outside `entryIds`. */
async function modelsHeldOutside(
  recording: Recording,
  modelIds: readonly number[],
  entryIds: readonly number[],
): Promise<Set<number>> {
  const models = await recording.transaction
    .selectFrom('model_version')
    .innerJoin('library_entry', 'library_entry.version_id', 'model_version.id')
    .select('model_version.model_id')
    .distinct()
    .where((row) => isOneOf(recording, row.ref('model_version.model_id'), modelIds))
    .where((row) => row.not(isOneOf(recording, row.ref('library_entry.id'), entryIds)))
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('entry_key').select('key').whereRef('entry_id', '=', 'library_entry.id')),
    )
    .execute()
  return new Set(models.map(({ model_id }) => model_id))
}

/** Returns, by SHA-256, the ids of deleted files whose version has no entries. `modelId` is omitted if a row has it again. */
async function findReturnedIds(recording: Recording, hashes: readonly string[]) {
  const rows = await recording.transaction
    .selectFrom('dropped_file')
    .leftJoin('model', 'model.id', 'dropped_file.model_id')
    .select(['sha256', 'version_id', 'model_id', 'model.id as currentModelId'])
    .where((row) => isOneOf(recording, row.ref('sha256'), hashes))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('library_entry').select('id').whereRef('version_id', '=', 'dropped_file.version_id'))),
    )
    .execute()
  return new Map(
    rows.map(({ sha256, version_id, model_id, currentModelId }) => [
      sha256,
      { versionId: version_id, ...(currentModelId === null && { modelId: model_id }) },
    ]),
  )
}

/** Returns the versions and models with entries that are not read yet. Served by the index `library_entry_unread`. */
async function findUnread(recording: Recording, versionIds: readonly number[], modelIds: readonly number[]) {
  const { transaction } = recording
  const waiting = sql<boolean>`exists (select 1 from library_entry
    where library_entry.version_id = model_version.id and library_entry.claim is null)`
  const versions = await transaction
    .selectFrom('model_version')
    .select('id')
    .where((row) => isOneOf(recording, row.ref('id'), versionIds))
    .where(waiting)
    .execute()
  const models = await transaction
    .selectFrom('model_version')
    .select('model_id')
    .distinct()
    .where((row) => isOneOf(recording, row.ref('model_id'), modelIds))
    .where(waiting)
    .execute()
  return {
    unreadVersions: new Set(versions.map(({ id }) => id)),
    unreadModels: new Set(models.map(({ model_id }) => model_id)),
  }
}
