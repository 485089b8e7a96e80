import type { Writable } from 'node:stream'
import { SingleBar } from 'cli-progress'
import type { ScanEvent, ScanSummary } from '../library/library.ts'
import { openScanState, type ScanState } from '../library/scan/scan-state.ts'
import type { LibraryEvent } from '../library/watch/library-events.ts'

/** Draws how far something is: one line at a terminal, and nothing elsewhere. */
export interface Progress<State> {
  show(state: State): void
  /** Takes the line away, so that others can be written; the next state brings it back. */
  clear(): void
}

export function openProgress<State>(
  stream: Writable & { isTTY?: boolean },
  line: (state: State) => string,
): Progress<State> {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined }
  let bar: SingleBar | undefined
  return {
    show(state) {
      if (bar) return bar.update({ state })
      bar = new SingleBar({
        stream,
        // Cuts the line at the width of the terminal, rather than changing how the terminal wraps.
        linewrap: true,
        clearOnComplete: true,
        format: (_options, _parameters, payload: { state: State }) => line(payload.state),
      })
      bar.start(1, 0, { state })
    },
    clear() {
      bar?.stop()
      bar = undefined
    },
  }
}

/** Follows a scan to its end while drawing it; gives its summary. */
export async function followScan(
  events: AsyncIterable<ScanEvent>,
  progress: Progress<ScanState>,
): Promise<ScanSummary> {
  const stateAfter = openScanState()
  try {
    for await (const event of events) {
      if (event.kind === 'done') return event.summary
      progress.show(stateAfter(event))
    }
  } finally {
    progress.clear()
  }
  throw new Error('a scan ended without its summary')
}

/** Draws the scans that a serving hub tells of, until nobody listens any more. */
export async function followEvents(news: AsyncIterable<LibraryEvent>, progress: Progress<ScanState>): Promise<void> {
  for await (const item of news) {
    if (item.kind === 'scan') progress.show(item.state)
    else progress.clear()
  }
  progress.clear()
}
