import type { Recording } from './recording.ts'

/** The ids that a deleted file had. */
export interface DroppedFile {
  modelId: number
  versionId: number
  fileId: number
}

/** Saves the ids of a file before it is deleted, by its SHA-256. */
export async function saveDroppedIds(
  { transaction, now }: Recording,
  { modelId, versionId, fileId }: DroppedFile,
): Promise<void> {
  const file = await transaction.selectFrom('model_file').select('sha256').where('id', '=', fileId).executeTakeFirst()
  if (!file) return
  const ids = { model_id: modelId, version_id: versionId, file_id: fileId, dropped_at: now }
  await transaction
    .insertInto('dropped_file')
    .values({ sha256: file.sha256, ...ids })
    .onConflict((conflict) => conflict.column('sha256').doUpdateSet(ids))
    .execute()
}

/** Returns the ids that a file with these bytes had when it was deleted; undefined if none was, or if it has returned. */
export const findDroppedIds = ({ transaction }: Recording, sha256: string): Promise<DroppedFile | undefined> =>
  transaction
    .selectFrom('dropped_file')
    .select(['model_id as modelId', 'version_id as versionId', 'file_id as fileId'])
    .where('sha256', '=', sha256)
    .executeTakeFirst()

/** Deletes the saved ids of bytes that have returned. */
export async function deleteDroppedIds({ transaction }: Recording, sha256: string): Promise<void> {
  await transaction.deleteFrom('dropped_file').where('sha256', '=', sha256).execute()
}
