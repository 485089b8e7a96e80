import { readCluster } from './cluster-rows.ts'
import { markMissing } from './mark-missing.ts'
import { recordCluster } from './record-cluster.ts'
import { isOneOf, type Recording } from './recording.ts'
import { deleteImage } from './upsert-images.ts'

/**
 * Removes entries whose files and sidecars are gone from the disk. Their files are missing until they are found at another
 * place or `deleteMissingFiles` deletes them. A version is deleted with its last file, unless it has an entry or an edit.
 */
export async function removeEntries(recording: Recording, entryIds: readonly number[]): Promise<void> {
  const { transaction } = recording
  const gone = new Set(entryIds)
  const cluster = await readCluster(recording, entryIds)
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
  await markMissing(
    recording,
    places.map(({ file_id }) => file_id),
  )
  const images = await transaction
    .selectFrom('image')
    .select(['id', 'path', 'folder_id'])
    .where((row) => isOneOf(recording, row.ref('entry_id'), entryIds))
    .execute()
  for (const image of images) await deleteImage(recording, image)
  for (const table of ['library_problem', 'entry_key'] as const)
    await transaction
      .deleteFrom(table)
      .where((row) => isOneOf(recording, row.ref('entry_id'), entryIds))
      .execute()
  await transaction
    .deleteFrom('library_entry')
    .where((row) => isOneOf(recording, row.ref('id'), entryIds))
    .execute()
  await recordCluster(recording, {
    rows: cluster.filter(({ entryId }) => !gone.has(entryId)),
    readEntryIds: new Set(),
    leftVersionIds: entries.map(({ version_id }) => version_id).filter((id) => id !== 0),
    upsertContents: async () => undefined,
  })
}
