import type { ScanState } from '../library/scan/scan-state.ts'
import { counted, readableBytes, readableRate, readableSeconds } from './format.ts'

const barWidth = 24

/** How far a scan is, on one line; what matters most stands first, for narrow terminals. */
export function progressLine(state: ScanState): string {
  const { phase, directories, doneFiles, files, doneBytes, bytes, bytesPerSecond, secondsLeft } = state
  if (phase === 'walking')
    return `looking: ${counted(files, 'file', 'files')} in ${counted(directories, 'directory', 'directories')}`
  const done = bytes > 0 ? doneBytes / bytes : doneFiles / (files || 1)
  return [
    `${bar(done)} ${Math.floor(done * 100)}%`,
    `${doneFiles} of ${counted(files, 'file', 'files')}`,
    `${readableBytes(doneBytes)} of ${readableBytes(bytes)}`,
    ...(bytesPerSecond ? [readableRate(bytesPerSecond)] : []),
    ...(secondsLeft === null ? [] : [timeLeft(secondsLeft)]),
  ].join(' | ')
}

const timeLeft = (seconds: number) => `${readableSeconds(Math.max(1, seconds))} left`

function bar(done: number): string {
  const full = Math.round(Math.min(1, Math.max(0, done)) * barWidth)
  return `[${'='.repeat(full)}${'-'.repeat(barWidth - full)}]`
}
