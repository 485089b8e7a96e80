import { nameFiles } from './name-files.ts'
import type { Recording } from './recording.ts'

/**
 * Notes which of these files, each of which has lost a place, have none left. They may turn up elsewhere before the scan
 * ends. The others are named after a place that is left.
 */
export async function loseFiles(recording: Recording, fileIds: readonly number[]): Promise<void> {
  if (fileIds.length === 0) return
  const { transaction } = recording
  const files = await transaction
    .selectFrom('model_file')
    .leftJoin('file_place', 'file_place.file_id', 'model_file.id')
    .select(['model_file.id', 'model_file.version_id', 'file_place.id as placeId'])
    .where('model_file.id', 'in', [...new Set(fileIds)])
    .execute()
  const lost = files.filter(({ placeId }) => placeId === null)
  if (lost.length > 0)
    await transaction
      .insertInto('lost_file')
      .values(lost.map(({ id }) => ({ file_id: id, lost_at: recording.now })))
      .onConflict((conflict) => conflict.column('file_id').doNothing())
      .execute()
  for (const versionId of new Set(files.map(({ version_id }) => version_id))) await nameFiles(recording, versionId)
}
