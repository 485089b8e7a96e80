import type { ScanState } from '../library/scan/scan-state.ts'
import { formatBytes, formatCount, formatRate, formatSeconds } from './format.ts'

const barWidth = 24

/** How far a scan is, on one line; what matters most stands first, for narrow terminals. */
export function progressLine(state: ScanState): string {
  const { phase, directories, doneFiles, files, doneBytes, bytes, bytesPerSecond, secondsLeft } = state
  if (phase === 'walking')
    return `looking: ${formatCount(files, 'file', 'files')} in ${formatCount(directories, 'directory', 'directories')}`
  const done = bytes > 0 ? doneBytes / bytes : doneFiles / (files || 1)
  return [
    `${bar(done)} ${Math.floor(done * 100)}%`,
    `${doneFiles} of ${formatCount(files, 'file', 'files')}`,
    `${formatBytes(doneBytes)} of ${formatBytes(bytes)}`,
    ...(bytesPerSecond ? [formatRate(bytesPerSecond)] : []),
    ...(secondsLeft === null ? [] : [timeLeft(secondsLeft)]),
  ].join(' | ')
}

const timeLeft = (seconds: number) => `${formatSeconds(Math.max(1, seconds))} left`

function bar(done: number): string {
  const full = Math.round(Math.min(1, Math.max(0, done)) * barWidth)
  return `[${'='.repeat(full)}${'-'.repeat(barWidth - full)}]`
}
