import { basename } from 'node:path/posix'
import { hideTokens } from '../../auth/token-format.ts'
import type { Recording } from './recording.ts'

/** Calls a file as its first place is called; false when it has none. */
export async function nameAfterPlace({ transaction }: Recording, fileId: number): Promise<boolean> {
  const first = await transaction
    .selectFrom('file_place')
    .select('path')
    .where('file_id', '=', fileId)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (!first) return false
  await transaction
    .updateTable('model_file')
    .set({ name: hideTokens(basename(first.path)) })
    .where('id', '=', fileId)
    .execute()
  return true
}
