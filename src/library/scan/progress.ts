import type { ScanEvent } from '../library.ts'

/** The progress of a scan. The scan updates it, and the reporter reads it. */
export interface Progress {
  phase: 'walking' | 'reading'
  directories: number
  foundFiles: number
  /** Model files to read, and their total size in bytes. */
  files: number
  bytes: number
  doneFiles: number
  doneBytes: number
  /** Files that were hashed. Files with known hashes are not. */
  hashedFiles: number
  hashedBytes: number
  /** Bytes read so far of the files in progress, by path. */
  activeBytes: Map<string, number>
  path: string
}

export const createProgress = (): Progress => ({
  phase: 'walking',
  directories: 0,
  foundFiles: 0,
  files: 0,
  bytes: 0,
  doneFiles: 0,
  doneBytes: 0,
  hashedFiles: 0,
  hashedBytes: 0,
  path: '',
  activeBytes: new Map(),
})

export function progressEvent(progress: Progress): ScanEvent {
  if (progress.phase === 'walking')
    return { kind: 'walking', directories: progress.directories, files: progress.foundFiles }
  const { directories, files, bytes, doneFiles, path } = progress
  const doneBytes = [...progress.activeBytes.values()].reduce((sum, part) => sum + part, progress.doneBytes)
  return { kind: 'reading', directories, doneFiles, files, doneBytes, bytes, path }
}
