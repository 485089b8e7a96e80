import { sql } from 'kysely'
import { hideTokens } from '../../auth/token-format.ts'
import { offeredNames } from './offered-names.ts'
import type { Recording } from './recording.ts'

/** Names the files of a version after their first places; files without a place keep their names. */
export async function nameFiles({ transaction }: Recording, versionId: number): Promise<void> {
  const files = await transaction
    .selectFrom('model_file')
    .select(['id', 'name'])
    .select(
      sql<string | null>`(select path from file_place where file_id = model_file.id order by file_place.id limit 1)`.as(
        'path',
      ),
    )
    .where('version_id', '=', versionId)
    .orderBy('id')
    .execute()
  const placed = files.flatMap(({ id, path }) => (path === null ? [] : [{ id, path: hideTokens(path) }]))
  const names = offeredNames(placed)
  for (const { id, name } of files) {
    const offered = names.get(id)
    if (offered !== undefined && offered !== name)
      await transaction.updateTable('model_file').set({ name: offered }).where('id', '=', id).execute()
  }
}
