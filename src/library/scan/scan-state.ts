import type { ScanEvent } from '../library.ts'
import { openRate } from './recent-rate.ts'

/** The progress of a scan, with its speed. */
export interface ScanState {
  phase: 'walking' | 'reading'
  /** Directories walked so far. */
  directories: number
  /** While walking: files found so far. While reading: files to read; `bytes` is their total size. */
  files: number
  doneFiles: number
  bytes: number
  doneBytes: number
  /** Over the last seconds; null until enough time has passed. */
  bytesPerSecond: number | null
  secondsLeft: number | null
  /** Path of the entry that is being read. */
  path: string | null
  /** Unix milliseconds. */
  startedAt: number
}

/** Returns a function that computes the state of one scan after each of its events. */
export function openScanState(): (event: Exclude<ScanEvent, { kind: 'done' }>) => ScanState {
  const startedAt = Date.now()
  const rate = openRate()
  return (event) => {
    if (event.kind === 'walking') {
      const { directories, files } = event
      const nothing = { doneFiles: 0, bytes: 0, doneBytes: 0, bytesPerSecond: null, secondsLeft: null, path: null }
      return { phase: 'walking', directories, files, ...nothing, startedAt }
    }
    const { kind: phase, path, ...amounts } = event
    rate.add(amounts.doneBytes, performance.now())
    const bytesPerSecond = rate.bytesPerSecond() ?? null
    return {
      phase,
      ...amounts,
      path: path === '' ? null : path,
      startedAt,
      bytesPerSecond: bytesPerSecond && Math.round(bytesPerSecond),
      secondsLeft: bytesPerSecond ? Math.ceil((amounts.bytes - amounts.doneBytes) / bytesPerSecond) : null,
    }
  }
}
