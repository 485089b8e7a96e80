import type { ScanEvent } from '../library.ts'

/** How far a scan is; the scan writes it, and whoever reports reads it. */
export interface Progress {
  phase: 'walking' | 'reading'
  directories: number
  foundFiles: number
  /** Model files that have to be read, and their bytes. */
  files: number
  bytes: number
  doneFiles: number
  doneBytes: number
  /** What was read whole. */
  hashedFiles: number
  hashedBytes: number
  /** Bytes so far of the files that are being read. */
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
