import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'

export interface KnownEntry {
  id: number
  directory: string
  /** Without its directory. */
  stem: string
  fingerprint: string
}

/** Look-ups of recorded entries by folder and directory. */
export interface KnownEntries {
  inDirectory(folderId: number, directory: string): Promise<KnownEntry[]>
  /** Returns the directories with entries, at or below `directory`, each once. */
  directoriesBelow(folderId: number, directory: string): Promise<string[]>
}

/** Prepares the look-ups. All are served by the index `library_entry_stem`. */
export function openKnownEntries(database: Database): KnownEntries {
  const inDirectory = database.search((query, values: BindPlaceholder<{ folderId: number; directory: string }>) =>
    query
      .selectFrom('library_entry')
      .select(['id', 'directory', 'stem', 'fingerprint'])
      .where('folder_id', '=', values('folderId'))
      .where('directory', '=', values('directory')),
  )
  // '0' is the character after '/', so the range from `x/` to `x0` is exactly what is below `x`.
  const below = database.search((query, values: BindPlaceholder<{ folderId: number; from: string; to: string }>) =>
    query
      .selectFrom('library_entry')
      .select('directory')
      .where('folder_id', '=', values('folderId'))
      .where('directory', '>=', values('from'))
      .where('directory', '<', values('to'))
      .groupBy('directory'),
  )
  const all = database.search((query, values: BindPlaceholder<{ folderId: number }>) =>
    query
      .selectFrom('library_entry')
      .select('directory')
      .where('folder_id', '=', values('folderId'))
      .groupBy('directory'),
  )
  const names = (rows: { directory: string }[]) => rows.map(({ directory }) => directory)
  return {
    inDirectory: (folderId, directory) => inDirectory.all({ folderId, directory }),
    async directoriesBelow(folderId, directory) {
      if (directory === '') return names(await all.all({ folderId }))
      const own = (await inDirectory.all({ folderId, directory })).length > 0 ? [directory] : []
      return [...own, ...names(await below.all({ folderId, from: `${directory}/`, to: `${directory}0` }))]
    },
  }
}
