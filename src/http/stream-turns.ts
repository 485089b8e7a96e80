import type { Http2Session, ServerHttp2Stream } from 'node:http2'

/** Streams of one connection that a client may have open (`SETTINGS_MAX_CONCURRENT_STREAMS`, RFC 9113 §5.1.2); others are refused. */
export const maxStreams = 100
/** Those of them that are processed at once. */
const maxProcessed = 16

const turnOf = Symbol('stream turns')

interface Turns {
  processed: number
  waiting: { stream: ServerHttp2Stream; start: () => void }[]
}
type TurnSession = Http2Session & { [turnOf]?: Turns }
type TurnStream = ServerHttp2Stream & { [turnOf]?: () => void }

/**
 * Bounds the streams of one HTTP/2 connection that are processed at once: `start` runs when fewer than 16 others wait for a
 * response that is complete, or have one that the client has not taken yet. A client that reads nothing gets no further work done. A
 * stream that is reset while it waits is never started.
 */
export function takeStreamTurn(stream: ServerHttp2Stream, start: () => void): void {
  const session = stream.session as TurnSession | undefined
  if (!session) return
  session[turnOf] ??= { processed: 0, waiting: [] }
  const turns = session[turnOf]
  if (turns.processed < maxProcessed) {
    begin(turns, stream, start)
    return
  }
  // A reset is an error that would end the process if nothing listened.
  stream.on('error', () => undefined)
  turns.waiting.push({ stream, start })
}

/** Lets the next stream start: this one sends as the client reads, with little in memory, and may last for hours. */
export function endStreamTurn(stream: object): void {
  ;(stream as TurnStream)[turnOf]?.()
}

function begin(turns: Turns, stream: TurnStream, start: () => void): void {
  turns.processed++
  let isOver = false
  const end = () => {
    if (isOver) return
    isOver = true
    turns.processed--
    for (;;) {
      const next = turns.processed < maxProcessed ? turns.waiting.shift() : undefined
      if (!next) return
      if (!next.stream.closed && !next.stream.destroyed) begin(turns, next.stream, next.start)
    }
  }
  stream[turnOf] = end
  stream.once('close', end)
  start()
}
