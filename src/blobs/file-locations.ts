import type { Database } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import { findInLibrary } from './resolve-in-root.ts'

/** Where the bytes of a file are now: `missing` from every place, or `changed` since they were indexed. */
export type LocatedFile = { kind: 'here'; path: string; modifiedMs: number } | { kind: 'missing' } | { kind: 'changed' }

/** Finds the bytes of model files on the disk. */
export interface FileLocations {
  /** The first of the file's places that holds what was indexed, inside a library folder with every link followed. */
  locate(file: { id: number; sizeBytes: number }): Promise<LocatedFile>
}

export function openFileLocations(database: Database): FileLocations {
  // Served by file_place_file.
  const placesOf = database.lookup((query, values: BindPlaceholder<{ fileId: number }>) =>
    query
      .selectFrom('file_place')
      .innerJoin('library_folder', 'library_folder.id', 'file_place.folder_id')
      .select(['library_folder.path as folder', 'file_place.path', 'file_place.mtime_ms'])
      .where('file_place.file_id', '=', values('fileId'))
      .orderBy('file_place.id'),
  )
  // A handful of rows.
  const folders = database.lookup((query) => query.selectFrom('library_folder').select('path'))

  return {
    async locate({ id, sizeBytes }) {
      const places = await placesOf.all({ fileId: id })
      const roots = (await folders.all({})).map(({ path }) => path)
      let found: LocatedFile = { kind: 'missing' }
      for (const place of places) {
        const there = await findInLibrary(place, roots)
        if (!there) continue
        const { size, mtimeMs } = there.stats
        // The index keeps whole milliseconds.
        if (size === sizeBytes && Math.abs(mtimeMs - place.mtime_ms) < 2)
          return { kind: 'here', path: there.path, modifiedMs: mtimeMs }
        found = { kind: 'changed' }
      }
      return found
    },
  }
}
