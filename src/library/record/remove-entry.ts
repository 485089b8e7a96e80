import { clusterOf } from './cluster-rows.ts'
import { loseFiles } from './mark-missing.ts'
import { settleCluster } from './record-cluster.ts'
import { isOneOf, type Recording } from './recording.ts'
import { dropImage } from './upsert-images.ts'

/**
 * Removes entries whose files and sidecars are gone from the disk. Their files are lost until they turn up elsewhere, or
 * `dropLostFiles` drops them; a version goes with its last file, unless an entry or an edit still needs it.
 */
export async function forgetEntries(recording: Recording, entryIds: readonly number[]): Promise<void> {
  const { transaction } = recording
  const gone = new Set(entryIds)
  const cluster = await clusterOf(recording, entryIds)
  const entries = await transaction
    .selectFrom('library_entry')
    .select('version_id')
    .distinct()
    .where((row) => isOneOf(recording, row.ref('id'), entryIds))
    .execute()
  const places = await transaction
    .deleteFrom('file_place')
    .where((row) => isOneOf(recording, row.ref('entry_id'), entryIds))
    .returning('file_id')
    .execute()
  await loseFiles(
    recording,
    places.map(({ file_id }) => file_id),
  )
  const images = await transaction
    .selectFrom('image')
    .select(['id', 'path', 'folder_id'])
    .where((row) => isOneOf(recording, row.ref('entry_id'), entryIds))
    .execute()
  for (const image of images) await dropImage(recording, image)
  for (const table of ['library_problem', 'entry_key'] as const)
    await transaction
      .deleteFrom(table)
      .where((row) => isOneOf(recording, row.ref('entry_id'), entryIds))
      .execute()
  await transaction
    .deleteFrom('library_entry')
    .where((row) => isOneOf(recording, row.ref('id'), entryIds))
    .execute()
  await settleCluster(recording, {
    rows: cluster.filter(({ entryId }) => !gone.has(entryId)),
    read: new Set(),
    left: entries.map(({ version_id }) => version_id).filter((id) => id !== 0),
    putContents: async () => undefined,
  })
}
