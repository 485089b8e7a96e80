import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { IdentifiableRequest } from '../request-id.ts'
import { unsupportedVersionText } from './framing.ts'
import { connectCode } from './upgrades.ts'

/** Why Node could not read a request. */
type ReadError = Error & { code?: string | undefined; reason?: string | undefined }

const lingerMs = 1000

/** Answers leave a connection in the order of their requests, so that the last one is all that is to be waited for. */
const lastResponse = Symbol('last answer')
/** A map from sockets would cost every request more. */
type RespondingSocket = Socket & { [lastResponse]?: ServerResponse }

/**
 * Answers what is no HTTP, or whose headers are too large, on the bare connection of `server`, and closes it.
 *
 * Whole requests that came before on the same connection get their answers first: text of ours in the midst of a file
 * would be taken for the file. What the client still sends is read for a while, since closing on it would take the
 * answer along (RFC 9112 §9.6), and not for ever. `idOf` gives the answer an id, as every answer has one; `onRefused` is told its status.
 */
export function openConnectionRefusal(
  idOf: (request: IdentifiableRequest) => string,
  onRefused: (status: number) => void = () => undefined,
): {
  watch(server: Server): void
  refuse(error: ReadError, socket: Socket): void
} {
  const refused = new WeakSet<Socket>()
  return {
    watch(server) {
      server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
        ;(socket as RespondingSocket)[lastResponse] = response
      })
    },
    refuse(error, socket) {
      if (error.code === 'ECONNRESET' || socket.destroyed) {
        socket.destroy()
        return
      }
      // Each further piece that arrives is another error.
      if (refused.has(socket)) return
      refused.add(socket)
      const last = (socket as RespondingSocket)[lastResponse]
      // A request whose own body cannot be read waits for nothing.
      const id = idOf({ headers: {}, socket })
      onRefused(errorStatusOf(error))
      if (last && !last.closed && last.req.complete) last.once('close', () => refuseNow(error, { socket, id }))
      else refuseNow(error, { socket, id })
    },
  }
}

function errorStatusOf({ code, reason }: Pick<ReadError, 'code' | 'reason'>): keyof typeof texts {
  if (code === 'HPE_HEADER_OVERFLOW') return 431
  if (code === connectCode) return 405
  // Two digits that no HTTP/1.x has; anything else in their place is no version.
  if (code === 'HPE_INVALID_VERSION' && reason === 'Invalid HTTP version') return 505
  if (code === 'HPE_PAUSED_H2_UPGRADE') return 505
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
}

const texts = {
  400: 'The request is not valid HTTP',
  408: 'The request took too long',
  405: 'Method not allowed',
  431: 'The request headers are too large',
  505: unsupportedVersionText,
}

function refuseNow(error: ReadError, { socket, id }: { socket: Socket; id: string }): void {
  const status = errorStatusOf(error)
  const text = texts[status]
  const body = JSON.stringify({ error: text })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nX-Request-Id: ${id}\r\nConnection: close\r\n\r\n${body}`,
  )
  setTimeout(() => socket.destroy(), lingerMs).unref()
}
