import type { Writable } from 'node:stream'
import { SingleBar } from 'cli-progress'
import type { ScanEvent, ScanSummary } from '../library/library.ts'
import { progressLine } from './progress-line.ts'
import { openRate } from './recent-rate.ts'

/** Draws how far a scan is: one line at a terminal, and nothing elsewhere. */
export interface Progress {
  show(event: ScanEvent): void
  /** Takes the line away, so that others can be written; the next event brings it back. */
  clear(): void
}

export function openProgress(stream: Writable & { isTTY?: boolean }): Progress {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined }
  const rate = openRate()
  let bar: SingleBar | undefined
  return {
    show(event) {
      if (event.kind === 'reading') rate.add(event.doneBytes, performance.now())
      if (bar) return bar.update({ event })
      bar = new SingleBar({
        stream,
        // Cuts the line at the width of the terminal, rather than changing how the terminal wraps.
        linewrap: true,
        clearOnComplete: true,
        format: (_options, _parameters, payload: { event: ScanEvent }) =>
          progressLine(payload.event, rate.bytesPerSecond()),
      })
      bar.start(1, 0, { event })
    },
    clear() {
      bar?.stop()
      bar = undefined
    },
  }
}

/** Follows a scan to its end while drawing it; gives its summary. */
export async function followScan(events: AsyncIterable<ScanEvent>, progress: Progress): Promise<ScanSummary> {
  try {
    for await (const event of events) {
      if (event.kind === 'done') return event.summary
      progress.show(event)
    }
  } finally {
    progress.clear()
  }
  throw new Error('a scan ended without its summary')
}
