import { nameAfterPlace } from './name-file.ts'
import type { Recording } from './recording.ts'

/**
 * Notes which of these files, each of which has lost a place, have none any more. They may turn up elsewhere before the
 * scan ends.
 */
export async function loseFiles(recording: Recording, fileIds: readonly number[]): Promise<void> {
  for (const fileId of new Set(fileIds)) {
    if (await nameAfterPlace(recording, fileId)) continue
    await recording.transaction
      .insertInto('lost_file')
      .values({ file_id: fileId, lost_at: recording.now })
      .onConflict((conflict) => conflict.column('file_id').doNothing())
      .execute()
  }
}
