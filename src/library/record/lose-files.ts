import type { Recording } from './recording.ts'

/** Notes which of these files have no place any more. They may turn up elsewhere before the scan ends. */
export async function loseFiles({ transaction, now }: Recording, fileIds: readonly number[]): Promise<void> {
  for (const fileId of new Set(fileIds)) {
    const place = await transaction
      .selectFrom('file_place')
      .select('id')
      .where('file_id', '=', fileId)
      .limit(1)
      .executeTakeFirst()
    if (place) continue
    await transaction
      .insertInto('lost_file')
      .values({ file_id: fileId, lost_at: now })
      .onConflict((conflict) => conflict.column('file_id').doNothing())
      .execute()
  }
}
