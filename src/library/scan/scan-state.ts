import type { ScanEvent } from '../library.ts'
import { openRate } from './recent-rate.ts'

/** How far a scan is, with how fast it goes. */
export interface ScanState {
  phase: 'walking' | 'reading'
  /** Looked at so far. */
  directories: number
  /** Walking: found so far. Reading: those that have to be read, as `bytes` are. */
  files: number
  doneFiles: number
  bytes: number
  doneBytes: number
  /** Over the last seconds; null until there is enough to tell by. */
  bytesPerSecond: number | null
  secondsLeft: number | null
  /** What is read at the moment. */
  path: string | null
  /** Unix milliseconds. */
  startedAt: number
}

/** Follows one scan: gives its state after each event. */
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
