import { sql } from 'kysely'
import type { EntryClaim } from '../cluster/entry-claim.ts'
import type { Recording } from './recording.ts'

/** An entry of a cluster as it is stored. */
export interface ClusterRow {
  entryId: number
  folderId: number
  /** Path of the stem, relative to the library folder. */
  path: string
  /** Its version; 0 if it has none. */
  versionId: number
  claim: EntryClaim
}

/**
 * Returns the cluster of these entries: all entries that share a key with them, directly or through others. Served by the
 * primary key of `entry_key` and the index `entry_key_entry`; takes time proportional to the size of the cluster.
 */
export async function readCluster({ transaction }: Recording, entryIds: readonly number[]): Promise<ClusterRow[]> {
  const { rows } = await sql<Row>`
    with recursive reached (entry_id, key) as (
      select value, null from json_each(${JSON.stringify(entryIds)})
      union
      select null, entry_key.key from reached join entry_key on entry_key.entry_id = reached.entry_id
      union
      select entry_key.entry_id, null from reached join entry_key on entry_key.key = reached.key
    )
    select id, folder_id, directory, stem, version_id, claim
    from reached join library_entry on library_entry.id = reached.entry_id
  `.execute(transaction)
  return rows.flatMap(({ id, folder_id, directory, stem, version_id, claim }) =>
    claim === null
      ? []
      : [
          {
            entryId: id,
            folderId: folder_id,
            versionId: version_id,
            path: directory === '' ? stem : `${directory}/${stem}`,
            claim: JSON.parse(claim) as EntryClaim,
          },
        ],
  )
}

/**
 * Returns the entries that belong to one of these versions, or to a version of one of these models. They can lack a common
 * key: a row keeps a site id after the sidecar that named it is gone.
 */
export async function findHolders(
  { transaction }: Recording,
  { versionIds, modelIds }: { versionIds: readonly number[]; modelIds: readonly number[] },
): Promise<number[]> {
  if (versionIds.length + modelIds.length === 0) return []
  const { rows } = await sql<{ id: number }>`
    select id from library_entry where version_id in (select value from json_each(${JSON.stringify(versionIds)}))
    union
    select library_entry.id from model_version join library_entry on library_entry.version_id = model_version.id
    where model_version.model_id in (select value from json_each(${JSON.stringify(modelIds)}))
  `.execute(transaction)
  return rows.map(({ id }) => id)
}

interface Row {
  id: number
  folder_id: number
  directory: string
  stem: string
  version_id: number
  claim: string | null
}
