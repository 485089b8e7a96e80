import type { ScanSummary } from '../library.ts'
import type { ScanState } from '../scan/scan-state.ts'

/** What happens to a library. */
export type LibraryEvent =
  /** A scan is this far. */
  | { kind: 'scan'; state: ScanState }
  /** A scan ended, and this is what it found. */
  | { kind: 'scanned'; summary: ScanSummary }
  /** Something else is not as it was: the folders, which of them are watched, or a scan that failed. */
  | { kind: 'changed' }

/** Brings news to any number of listeners. */
export interface LibraryEventBus {
  tell(news: LibraryEvent): void
  /** News from now on, `first` before it. A listener who is slow gets the newest of each kind, and none that is outdated. */
  listen(first?: LibraryEvent): NewsListener
  /** Ends what all listeners iterate. */
  close(): void
}

export interface NewsListener extends AsyncIterableIterator<LibraryEvent, undefined> {
  /** Ends a `next` that waits, too. */
  return(): Promise<IteratorResult<LibraryEvent, undefined>>
}

export function openNewsroom(): LibraryEventBus {
  const inboxes = new Set<EventQueue>()
  let isClosed = false
  return {
    tell(news) {
      for (const inbox of inboxes) inbox.put(news)
    },
    listen(first) {
      const inbox = openInbox(() => inboxes.delete(inbox))
      if (isClosed) inbox.close()
      else inboxes.add(inbox)
      if (first) inbox.put(first)
      return inbox.listener
    },
    close() {
      isClosed = true
      for (const inbox of inboxes) inbox.close()
    },
  }
}

interface EventQueue {
  put(news: LibraryEvent): void
  close(): void
  listener: NewsListener
}

function openInbox(onClose: () => void): EventQueue {
  /** At most one of each kind, in the order that they were told. */
  const waiting = new Map<LibraryEvent['kind'], LibraryEvent>()
  let isClosed = false
  let happened = Promise.withResolvers<void>()
  const close = () => {
    isClosed = true
    happened.resolve()
    onClose()
  }
  const end = { done: true, value: undefined } as const
  return {
    put(news) {
      waiting.delete(news.kind)
      // How far a scan was matters to nobody once it is over.
      if (news.kind !== 'scan') waiting.delete('scan')
      waiting.set(news.kind, news)
      happened.resolve()
    },
    close,
    listener: {
      async next() {
        while (waiting.size === 0 && !isClosed) await happened.promise
        const [news] = waiting.values()
        if (isClosed || !news) return end
        waiting.delete(news.kind)
        if (waiting.size === 0) happened = Promise.withResolvers()
        return { done: false, value: news }
      },
      async return() {
        close()
        return end
      },
      [Symbol.asyncIterator]() {
        return this
      },
    },
  }
}
