import type { ScanEvent } from '../library/library.ts'
import { counted, readableBytes, readableRate, readableSeconds } from './quantities.ts'

const barWidth = 24

/** How far a scan is, on one line; what matters most stands first, for narrow terminals. */
export function progressLine(event: ScanEvent, bytesPerSecond: number | undefined): string {
  if (event.kind === 'done') return ''
  if (event.kind === 'walking')
    return `looking: ${counted(event.files, 'file', 'files')} in ${counted(event.directories, 'directory', 'directories')}`
  const { doneFiles, files, doneBytes, bytes } = event
  const done = bytes > 0 ? doneBytes / bytes : doneFiles / (files || 1)
  return [
    `${bar(done)} ${Math.floor(done * 100)}%`,
    `${doneFiles} of ${counted(files, 'file', 'files')}`,
    `${readableBytes(doneBytes)} of ${readableBytes(bytes)}`,
    ...(bytesPerSecond ? [readableRate(bytesPerSecond), timeLeft((bytes - doneBytes) / bytesPerSecond)] : []),
  ].join(' | ')
}

const timeLeft = (seconds: number) => `${readableSeconds(Math.max(1, Math.round(seconds)))} left`

function bar(done: number): string {
  const full = Math.round(Math.min(1, Math.max(0, done)) * barWidth)
  return `[${'='.repeat(full)}${'-'.repeat(barWidth - full)}]`
}
