import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { LibraryProblem } from './entries/entry-facts.ts'
import { unavailableReason } from './scan/folders.ts'
import type { ExclusionPatterns } from './watch/exclusions.ts'

export interface LibrarySummary {
  folders: FolderSummary[]
  /** Patterns of files and folders that are left out. */
  exclusions: ExclusionPatterns
  /** In the order of folders and paths, which are absolute. */
  problems: { items: LibraryProblem[]; total: number }
}

export interface FolderSummary {
  path: string
  /** Unix milliseconds. */
  addedAt: number
  scannedAt: number | null
  /** A copy counts as well. */
  modelFiles: number
  bytes: number
  problemCount: number
  /** Whether the folder, or the disk that it is on, is out of sight. */
  isMissing: boolean
}

const maxProblems = 200

/** Prepares the look at all folders. Nothing of it reads a table beyond the folders: three indexes have the rest. */
export function prepareSummary(database: Database, exclusions: ExclusionPatterns): () => Promise<LibrarySummary> {
  const folders = database.search((query) =>
    query.selectFrom('library_folder').select(['id', 'path', 'root', 'added_at', 'scanned_at']).orderBy('id'),
  )
  // By the covering index `file_place_size`.
  const sizes = database.search((query) =>
    query
      .selectFrom('file_place')
      .select(({ fn }) => ['folder_id', fn.countAll<number>().as('files'), fn.sum<number>('size_bytes').as('bytes')])
      .groupBy('folder_id'),
  )
  // By the covering index `library_problem_path`, as is the order of the next one.
  const problemCounts = database.search((query) =>
    query
      .selectFrom('library_problem')
      .select(({ fn }) => ['folder_id', fn.countAll<number>().as('count')])
      .groupBy('folder_id'),
  )
  const firstProblems = database.search((query) =>
    query
      .selectFrom('library_problem')
      .select(['folder_id', 'path', 'reason'])
      .orderBy('folder_id')
      .orderBy('path')
      .orderBy('reason')
      .limit(sql.lit(maxProblems)),
  )

  return async () => {
    const [known, sized, counted, first] = await Promise.all([
      folders.all({}),
      sizes.all({}),
      problemCounts.all({}),
      firstProblems.all({}),
    ])
    const summaries = known.map(async ({ id, path, root, added_at, scanned_at }): Promise<FolderSummary> => {
      const size = sized.find(({ folder_id }) => folder_id === id)
      return {
        path,
        addedAt: added_at,
        scannedAt: scanned_at,
        modelFiles: size?.files ?? 0,
        bytes: size?.bytes ?? 0,
        problemCount: counted.find(({ folder_id }) => folder_id === id)?.count ?? 0,
        isMissing: !(await isDirectory(path)) || (await unavailableReason({ id, path, root })) !== undefined,
      }
    })
    const pathOf = new Map(known.map(({ id, path }) => [id, path]))
    return {
      folders: await Promise.all(summaries),
      exclusions,
      problems: {
        items: first.map(({ folder_id, path, reason }) => ({ path: join(pathOf.get(folder_id) ?? '', path), reason })),
        total: counted.reduce((sum, { count }) => sum + count, 0),
      },
    }
  }
}

const isDirectory = async (path: string) => (await stat(path).catch(() => undefined))?.isDirectory() ?? false
