import type { Http2Session, ServerHttp2Stream } from 'node:http2'

/** Streams of one connection that a client may have open (`SETTINGS_MAX_CONCURRENT_STREAMS`, RFC 9113 §5.1.2); others are refused. */
export const maxStreams = 100
/** Those of them that are processed at once. */
const maxProcessed = 8

const turnOf = Symbol('stream turns')

interface Turns {
  processed: number
  waiting: { stream: ServerHttp2Stream; start: () => void }[]
}
type TurnSession = Http2Session & { [turnOf]?: Turns }
type TurnStream = ServerHttp2Stream & { [turnOf]?: () => void }

/**
 * Bounds the streams of one HTTP/2 connection that are processed at once: `start` runs when fewer than 8 others wait for a
 * response that is complete, or have one that the client has not taken yet. A client that reads nothing gets no further work done. A
 * stream that is reset while it waits is never started. Only the first one starts at once, the others by `later`: many streams of one
 * connection do not keep the thread from others.
 */
export function takeStreamTurn(stream: ServerHttp2Stream, start: () => void, later: Later): void {
  const session = stream.session as TurnSession | undefined
  if (!session) return
  session[turnOf] ??= { processed: 0, waiting: [] }
  const turns = session[turnOf]
  if (turns.processed === 0) {
    begin(turns, { stream, start }, later, (task) => task())
    return
  }
  // A reset is an error that would end the process if nothing listened.
  stream.on('error', () => undefined)
  turns.waiting.push({ stream, start })
  fill(turns, later)
}

/** Runs a task in a later turn of the event loop. */
type Later = (task: () => void) => void

/** Lets the next stream start: this one sends as the client reads, with little in memory, and may last for hours. */
export function endStreamTurn(stream: object): void {
  ;(stream as TurnStream)[turnOf]?.()
}

/** Lets those that wait begin, as far as there is room. */
function fill(turns: Turns, later: Later): void {
  while (turns.processed < maxProcessed) {
    const next = turns.waiting.shift()
    if (!next) return
    if (!isOver(next.stream)) begin(turns, next, later)
  }
}

function begin(turns: Turns, { stream, start }: Turns['waiting'][number], later: Later, run = later): void {
  turns.processed++
  let ended = false
  const end = () => {
    if (ended) return
    ended = true
    turns.processed--
    fill(turns, later)
  }
  ;(stream as TurnStream)[turnOf] = end
  stream.once('close', end)
  run(() => {
    if (!isOver(stream)) start()
  })
}

const isOver = ({ closed, destroyed }: ServerHttp2Stream): boolean => closed || destroyed
