import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'

export interface KnownEntry {
  id: number
  directory: string
  /** Without its directory. */
  stem: string
  fingerprint: string
}

/** What the catalog knows of a folder's entries. */
export interface KnownEntries {
  inDirectory(folderId: number, directory: string): Promise<KnownEntry[]>
  /** The directories at or below one that have entries, each once. */
  directoriesBelow(folderId: number, directory: string): Promise<string[]>
}

/** All served by the index `library_entry_stem`. */
export function openKnownEntries(database: Database): KnownEntries {
  const inDirectory = database.search((query, values: BindPlaceholder<{ folderId: number; directory: string }>) =>
    query
      .selectFrom('library_entry')
      .select(['id', 'directory', 'stem', 'fingerprint'])
      .where('folder_id', '=', values('folderId'))
      .where('directory', '=', values('directory')),
  )
  // '0' follows '/' in every encoding, so that these two bounds hold what is below, and nothing beside.
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
