import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { FileHashes } from '../hashing/digests.ts'
import { fromNamedHashes } from '../record/file-hashes.ts'
import type { FoundFile } from '../watch/walk.ts'

/** Finds the hashes of files that were read before, so that renamed files, or files with new sidecars, are not read again. */
export interface KnownHashes {
  /** Returns the hashes of a file in the library, or one removed in this scan, with the same inode, size and modification time. */
  find(file: FoundFile): Promise<FileHashes | undefined>
  /** Remembers the hashes of the files of these entries. Must be called before the entries are removed. */
  remember(entryIds: readonly number[]): Promise<void>
}

export function openKnownHashes(database: Database): KnownHashes {
  type Values = Pick<FoundFile, 'inode' | 'sizeBytes' | 'mtimeMs'>
  // Served by the index `file_place_inode`.
  const byPlace = database.search((query, values: BindPlaceholder<Values>) =>
    query
      .selectFrom('file_place')
      .innerJoin('model_file', 'model_file.id', 'file_place.file_id')
      .select('model_file.hashes')
      .where('file_place.inode', '=', values('inode'))
      .where('file_place.size_bytes', '=', values('sizeBytes'))
      .where('file_place.mtime_ms', '=', values('mtimeMs'))
      .limit(1),
  )
  // Served by the index `file_place_entry`.
  const ofEntry = database.search((query, values: BindPlaceholder<{ entryId: number }>) =>
    query
      .selectFrom('file_place')
      .innerJoin('model_file', 'model_file.id', 'file_place.file_id')
      .select(['model_file.hashes', 'file_place.inode', 'file_place.size_bytes', 'file_place.mtime_ms'])
      .where('file_place.entry_id', '=', values('entryId')),
  )
  const remembered = new Map<string, FileHashes>()
  return {
    async find({ inode, sizeBytes, mtimeMs }) {
      const moved = remembered.get(keyOf(inode, sizeBytes, mtimeMs))
      if (moved) return moved
      const row = await byPlace.first({ inode, sizeBytes, mtimeMs })
      return row && fromNamedHashes(JSON.parse(row.hashes))
    },
    async remember(entryIds) {
      for (const entryId of entryIds)
        for (const { hashes, inode, size_bytes, mtime_ms } of await ofEntry.all({ entryId })) {
          const known = fromNamedHashes(JSON.parse(hashes))
          if (known) remembered.set(keyOf(inode, size_bytes, mtime_ms), known)
        }
    },
  }
}

const keyOf = (inode: string, sizeBytes: number, mtimeMs: number) => `${inode} ${sizeBytes} ${mtimeMs}`
