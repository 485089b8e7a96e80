import type { Recording } from './recording.ts'

/** The ids that a file had before it left the library. */
export interface DroppedFile {
  modelId: number
  versionId: number
  fileId: number
}

/** Remembers the ids of a file that leaves the library, by its bytes. */
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

/** The ids that these bytes had when they left the library; undefined when they never did, or are back. */
export const findDroppedIds = ({ transaction }: Recording, sha256: string): Promise<DroppedFile | undefined> =>
  transaction
    .selectFrom('dropped_file')
    .select(['model_id as modelId', 'version_id as versionId', 'file_id as fileId'])
    .where('sha256', '=', sha256)
    .executeTakeFirst()

/** Forgets the ids of bytes that are back. */
export async function deleteDroppedIds({ transaction }: Recording, sha256: string): Promise<void> {
  await transaction.deleteFrom('dropped_file').where('sha256', '=', sha256).execute()
}
