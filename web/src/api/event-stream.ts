/** How long to wait before asking again, after the hub refused or went away for good. */
const againMilliseconds = 3000

export interface EventStreamListener {
  /** Each time the stream is open, the first one too: what happened before is not told. */
  onOpen(): void
  onEvent(event: string, data: unknown): void
  /** The stream is gone, and did not come back at once; it is tried for on and on. Told once until it is open again. */
  onLost(): void
}

/**
 * Follows the server-sent events named in `events` until the returned function is called. The browser reconnects by
 * itself where a connection ends; where the hub answers with a failure it gives up, and this does not.
 */
export function followEvents(address: string, events: readonly string[], listener: EventStreamListener): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  /** A stream that was open may end, and is no loss before it cannot be opened again. */
  let state: 'new' | 'open' | 'ended' | 'lost' = 'new'
  const open = () => {
    source = new EventSource(address)
    source.onopen = () => {
      state = 'open'
      listener.onOpen()
    }
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, againMilliseconds)
      else if (state === 'open') {
        state = 'ended'
        return
      }
      if (state !== 'lost') listener.onLost()
      state = 'lost'
    }
    for (const event of events)
      source.addEventListener(event, ({ data }: MessageEvent<string>) => listener.onEvent(event, JSON.parse(data)))
  }
  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}
