import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2'

/** Streams of one connection that a client may have open (`SETTINGS_MAX_CONCURRENT_STREAMS`, RFC 9113 §5.1.2); others are refused. */
export const maxStreams = 100
/** Those of them that are processed at once, for a client that reads its responses. */
const maxProcessed = 8
/** The same for a new connection. Each response that its client receives adds one. */
const minProcessed = 2

const turnOf = Symbol('stream turns')

interface WaitingStream {
  stream: ServerHttp2Stream
  start: () => void
}
interface Turns {
  processed: number
  /** How many may be processed at once: from {@link minProcessed} to {@link maxProcessed}. */
  allowed: number
  /** In the order in which they were opened. */
  waiting: Set<WaitingStream>
}
type TurnSession = Http2Session & { [turnOf]?: Turns }
type TurnStream = ServerHttp2Stream & { [turnOf]?: () => void }

/**
 * Calls `start` when few enough other streams of the connection are processed: 2 at first, and one more for each response that the
 * client has received, up to 8. A stream is processed until its whole response is sent, so a client that does not read gets no further
 * work done, and holds the memory of 2 responses if it has never read one. A stream that is reset while it waits is dropped and never
 * started. The first stream starts at once, the others by `later`, so that one connection with many streams does not block the thread
 * for others.
 */
export function takeStreamTurn(stream: ServerHttp2Stream, start: () => void, later: Later): void {
  const session = stream.session as TurnSession | undefined
  if (!session) return
  session[turnOf] ??= { processed: 0, allowed: minProcessed, waiting: new Set() }
  const turns = session[turnOf]
  if (turns.processed === 0) {
    begin(turns, { stream, start }, later, (task) => task())
    return
  }
  const waiting = { stream, start }
  // A reset is an error that would end the process if nothing listened.
  stream.on('error', () => undefined)
  // A client may open and reset any number of streams while others do not end.
  stream.once('close', () => turns.waiting.delete(waiting))
  turns.waiting.add(waiting)
  fill(turns, later)
}

/** Runs a task in a later turn of the event loop. */
type Later = (task: () => void) => void

/** Stops counting a stream as processed, for a long response that is sent from a file or another source as the client reads. */
export function endStreamTurn(stream: object): void {
  ;(stream as TurnStream)[turnOf]?.()
}

/** Returns how many streams of a connection wait for their turn. */
export const waitingStreams = (session: Http2Session): number => (session as TurnSession)[turnOf]?.waiting.size ?? 0

/** Starts as many of the waiting streams as are allowed. */
function fill(turns: Turns, later: Later): void {
  for (const next of turns.waiting) {
    if (turns.processed >= turns.allowed) return
    turns.waiting.delete(next)
    if (!isOver(next.stream)) begin(turns, next, later)
  }
}

function begin(turns: Turns, { stream, start }: WaitingStream, later: Later, run = later): void {
  turns.processed++
  let ended = false
  const end = () => {
    if (ended) return
    ended = true
    turns.processed--
    fill(turns, later)
  }
  ;(stream as TurnStream)[turnOf] = end
  stream.once('close', () => {
    if (stream.rstCode === constants.NGHTTP2_NO_ERROR) turns.allowed = Math.min(turns.allowed + 1, maxProcessed)
    end()
  })
  run(() => {
    if (!isOver(stream)) start()
  })
}

const isOver = ({ closed, destroyed }: ServerHttp2Stream): boolean => closed || destroyed
