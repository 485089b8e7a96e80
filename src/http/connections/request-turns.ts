import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Requests that are parsed and wait for their turn, of all connections together. Each takes about 3 KB. */
const maxWaiting = 4000
/** Those of them that every connection may have, however many others wait. */
const maxWaitingAlways = 16
/** Bytes of a body that are parsed at once while the connection is read in pieces. */
const bodyPieceBytes = 4096
const endOfHead = '\r\n\r\n'

type Start = (request: IncomingMessage, response: ServerResponse) => void

interface Turns {
  /** The response that is made or sent. It is closed when the system has taken its last byte, or the connection is gone. */
  current: ServerResponse | undefined
  waiting: { request: IncomingMessage; response: ServerResponse }[]
  whenIdle: (() => void)[]
  isInPieces: boolean
}

const turnsOf = Symbol('request turns')
/** A map from sockets would cost every request more. */
type TurnSocket = Socket & { [turnsOf]?: Turns }

/**
 * Processes the requests of an HTTP/1.x connection one after another, in the order of arrival. The next request starts, by `later`,
 * when the system has accepted the response before it, so that a connection which pipelines does not block the thread for others. If a
 * client pipelines and does not read its responses, no further requests are read from it.
 *
 * Node parses all requests of a piece that it has read from the socket (64 KiB), whatever waits. So a connection that pipelines is
 * from then on parsed head by head, and its bytes wait where they are; others keep Node's faster way. `max` bounds the requests that
 * were parsed before that: beyond it, a connection that has more than a few of them is closed.
 */
export function openRequestTurns(
  start: Start,
  { max = maxWaiting, later = setImmediate }: { max?: number | undefined; later?: (task: () => void) => void } = {},
) {
  let waitingCount = 0

  const begin = (turns: Turns, request: IncomingMessage, response: ServerResponse) => {
    turns.current = response
    response.on('close', onClosed)
    if (!request.socket.destroyed) start(request, response)
  }
  function onClosed(this: ServerResponse): void {
    const { socket } = this.req
    const turns = (socket as TurnSocket)[turnsOf]
    if (turns?.current !== this) return
    turns.current = undefined
    if (socket.destroyed) forget(turns)
    const next = turns.waiting.shift()
    if (next) {
      waitingCount--
      turns.current = next.response
      later(() => begin(turns, next.request, next.response))
      return
    }
    for (const task of turns.whenIdle.splice(0)) task()
    // Until then the bytes that were read wait in the socket.
    if (turns.isInPieces) socket.resume()
  }
  const forget = (turns: Turns) => {
    waitingCount -= turns.waiting.length
    turns.waiting = []
  }
  const wait = (socket: Socket, turns: Turns, request: IncomingMessage, response: ServerResponse) => {
    if (waitingCount >= max && turns.waiting.length >= maxWaitingAlways) {
      socket.destroy()
      return
    }
    if (!turns.isInPieces) {
      turns.isInPieces = true
      socket.once('close', () => forget(turns))
      // Node is in the midst of parsing.
      process.nextTick(() => {
        // Paused by Node, the socket would not be read again once its bytes are handed over.
        if (socket.isPaused()) socket.once('resume', () => readInPieces(socket, turns))
        else readInPieces(socket, turns)
      })
    }
    waitingCount++
    turns.waiting.push({ request, response })
  }

  return {
    /** Starts a request when its turn comes. */
    take(request: IncomingMessage, response: ServerResponse): void {
      const socket = request.socket as TurnSocket
      if (socket.destroyed) return
      socket[turnsOf] ??= { current: undefined, waiting: [], whenIdle: [], isInPieces: false }
      const turns = socket[turnsOf]
      if (turns.current === undefined) begin(turns, request, response)
      else wait(socket, turns, request, response)
    },
    /** Runs `task` when every request that came so far on a connection has its response. */
    whenIdle(socket: Socket, task: () => void): void {
      const turns = (socket as TurnSocket)[turnsOf]
      if (turns?.current === undefined) task()
      else turns.whenIdle.push(task)
    },
    /** The response that a connection is sending or waiting for. */
    current: (socket: Socket): ServerResponse | undefined => (socket as TurnSocket)[turnsOf]?.current,
    /** How many requests were parsed and wait for their turn. */
    waiting: () => waitingCount,
  }
}

export type RequestTurns = ReturnType<typeof openRequestTurns>

/** Has Node's parser get the bytes of a connection up to the end of the next head, and no more until that has its response. */
function readInPieces(socket: Socket, turns: Turns): void {
  const [parse] = socket.listeners('data') as ((piece: Buffer) => void)[]
  if (socket.destroyed || parse === undefined) return
  /** Whether a request is complete, and its response is not. */
  const isBusy = () => turns.current?.req.complete === true
  socket.removeListener('data', parse)
  // Any listener for data makes Node hand over what it reads, instead of parsing it by itself.
  socket.on('data', (chunk: Buffer) => {
    let at = 0
    while (at < chunk.length && !isBusy() && !socket.isPaused()) {
      const end = turns.current ? at + bodyPieceBytes : afterHead(chunk, at)
      parse(chunk.subarray(at, end))
      at = end
    }
    if (at >= chunk.length || socket.destroyed) return
    socket.pause()
    socket.unshift(chunk.subarray(at))
  })
}

const afterHead = (chunk: Buffer, from: number): number => {
  const end = chunk.indexOf(endOfHead, from)
  return end < 0 ? chunk.length : end + endOfHead.length
}
