import { join } from 'node:path'
import { dirname } from 'node:path/posix'
import type { Database } from '../../db/database.ts'
import type { LibraryProblem } from '../entries/entry-facts.ts'
import type { Scope } from '../watch/walk.ts'

/**
 * Replaces the problems of earlier walks in these scopes with those of the latest walk. Problems of entries are stored with
 * their entries.
 */
export async function replaceWalkProblems(
  database: Database,
  folderId: number,
  scopes: readonly Scope[],
  problems: readonly LibraryProblem[],
): Promise<void> {
  const earlier = await database.kysely
    .selectFrom('library_problem')
    .select(['id', 'path', 'reason'])
    .where('folder_id', '=', folderId)
    .where('entry_id', 'is', null)
    .execute()
  const keyOf = ({ path, reason }: LibraryProblem) => `${path}\0${reason}`
  const [known, found] = [new Set(earlier.map(keyOf)), new Set(problems.map(keyOf))]
  const over = earlier.filter((old) => !found.has(keyOf(old)) && scopes.some((scope) => covers(scope, old.path)))
  const fresh = problems.filter((problem) => !known.has(keyOf(problem)))
  if (over.length === 0 && fresh.length === 0) return
  await database.write(async (transaction) => {
    for (const { id } of over) await transaction.deleteFrom('library_problem').where('id', '=', id).execute()
    for (const { path, reason } of fresh)
      await transaction
        .insertInto('library_problem')
        .values({ folder_id: folderId, path, reason, seen_at: Date.now() })
        .onConflict((conflict) => conflict.columns(['folder_id', 'path', 'reason']).doNothing())
        .execute()
  })
}

/** Returns all current problems with absolute paths, by folder and path. */
export async function listProblems({ kysely }: Database, folderIds: readonly number[]): Promise<LibraryProblem[]> {
  if (folderIds.length === 0) return []
  const rows = await kysely
    .selectFrom('library_problem')
    .innerJoin('library_folder', 'library_folder.id', 'library_problem.folder_id')
    .select(['library_folder.path as folder', 'library_problem.path', 'library_problem.reason'])
    .where('library_problem.folder_id', 'in', folderIds)
    .orderBy('library_problem.folder_id')
    .orderBy('library_problem.path')
    .orderBy('library_problem.id')
    .execute()
  return rows.map(({ folder, path, reason }) => ({ path: join(folder, path), reason }))
}

/** Whether a walk of this scope would have found a problem at `path` again. */
function covers({ directory, deep }: Scope, path: string): boolean {
  const parent = dirname(path) === '.' ? '' : dirname(path)
  if (path === directory || parent === directory) return true
  return deep && (directory === '' || path.startsWith(`${directory}/`))
}
