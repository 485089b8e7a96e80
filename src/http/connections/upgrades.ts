import type { IncomingMessage, Server } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import { jsonError } from '../response.ts'
import type { RequestTurns } from './request-turns.ts'

/**
 * Handles requests with `Upgrade` as if they had no such header: the hub switches to no other protocol (RFC 9110 §7.8). Node's parser
 * still stops after such a request, and would lose the bytes that the client has sent after it. So the connection is read again from
 * the head of that request, without the offer, once the requests before it have their responses. `CONNECT` is refused by `refuse`.
 */
export function ignoreUpgrades(
  server: Server,
  turns: RequestTurns,
  { isTls, refuse }: { isTls: boolean; refuse: (error: Error & { code: string }, socket: Socket) => void },
): void {
  /** Runs `task` when nothing is sent on a connection that Node has let go. */
  const whenIdle = (socket: Socket, task: () => void) => {
    const onError = () => undefined
    const onDrain = () => turns.current(socket)?.emit('drain')
    socket.on('error', onError).on('drain', onDrain)
    turns.whenIdle(socket, () => {
      socket.off('error', onError).off('drain', onDrain)
      if (!socket.destroyed) task()
    })
  }
  server.on('upgrade', (request, socket: Socket, rest) =>
    whenIdle(socket, () => {
      socket.unshift(Buffer.concat([Buffer.from(headWithoutUpgrade(request), 'latin1'), rest]))
      server.emit(isTls ? 'secureConnection' : 'connection', socket)
    }),
  )
  server.on('connect', (_request, socket: Socket | Http2ServerResponse) => {
    if ('stream' in socket) return void refuseStream(socket)
    whenIdle(socket, () => refuse(Object.assign(new Error('CONNECT'), { code: connectCode }), socket))
  })
}

function refuseStream(response: Http2ServerResponse): void {
  const { status, headers, body } = jsonError(405, 'Method not allowed')
  response.writeHead(status, headers)
  response.end(body as string)
}

/** Stands for the method in errors of a connection. */
export const connectCode = 'CONNECT'

/** The head of a request as it came, without `Upgrade` and what `Connection` says of it. */
export function headWithoutUpgrade({
  method,
  url,
  httpVersion,
  rawHeaders,
}: Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'rawHeaders'>): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2)
    const kept = name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value
    if (!/^(?:upgrade|http2-settings)$/i.test(name) && kept !== undefined) lines.push(`${name}: ${kept}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** The options of `Connection` without those of an upgrade; undefined when none is left. */
function withoutUpgrade(options: string): string | undefined {
  const kept = options.split(',').filter((option) => !/^(?:upgrade|http2-settings|)$/i.test(option.trim()))
  return kept.length === 0 ? undefined : kept.join(',')
}
