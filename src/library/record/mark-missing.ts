import { isOneOf, type Recording } from './recording.ts'

/**
 * Marks the files among `fileIds` that have no place left as missing. They can still be found at another place before the
 * scan ends.
 */
export async function markMissing(recording: Recording, fileIds: readonly number[]): Promise<void> {
  if (fileIds.length === 0) return
  const { transaction, now } = recording
  const lost = await transaction
    .selectFrom('model_file')
    .select('id')
    .where((row) => isOneOf(recording, row.ref('id'), fileIds))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('file_place').select('id').whereRef('file_id', '=', 'model_file.id'))),
    )
    .execute()
  if (lost.length === 0) return
  await transaction
    .insertInto('lost_file')
    .values(lost.map(({ id }) => ({ file_id: id, lost_at: now })))
    .onConflict((conflict) => conflict.column('file_id').doNothing())
    .execute()
}
