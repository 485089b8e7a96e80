import type { Generated } from 'kysely'

export interface LibraryFolderTable {
  id: Generated<number>
  path: string
  added_at: number
  scanned_at: number | null
  /** Device and inode of the directory when it was scanned last: a mount point without its disk has others. */
  root: string | null
}

/** What shares one stem in one directory: model files, sidecars, previews. `fingerprint` tells whether any of them changed. */
export interface LibraryEntryTable {
  id: Generated<number>
  folder_id: number
  /** Relative to the folder, with `/`; empty for the folder itself. */
  directory: string
  stem: string
  fingerprint: string
  /** How much what lies beside the files can be trusted: 2 a sidecar names a file's SHA-256, 1 a sidecar, 0 none. */
  trust: number
  version_id: number
  read_at: number
  /** JSON of an `EntryClaim`: the facts that decide its version and model; null until the entry is read. */
  claim: string | null
  /** JSON of `StoredFacts`: everything that it says of its version, its model and its files. */
  facts: string | null
}

/** Where a model file lies. A duplicate is one file with two places. */
export interface FilePlaceTable {
  id: Generated<number>
  folder_id: number
  path: string
  entry_id: number
  file_id: number
  size_bytes: number
  mtime_ms: number
  inode: string
}

export interface LibraryProblemTable {
  id: Generated<number>
  folder_id: number
  /** The entry it was met in, which may stay as it is while others are read again. */
  entry_id: number | null
  path: string
  reason: string
  seen_at: number
}

/** The ids of a file that left the library: the same bytes get them again when they come back. */
export interface DroppedFileTable {
  sha256: string
  model_id: number
  version_id: number
  file_id: number
  dropped_at: number
}
