import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse, type ServerHttp2Stream } from 'node:http2'
import type { FastifyInstance } from 'fastify'
import { openPacedStarts } from './paced-starts.ts'
import { openRequestTurns, type RequestTurns } from './request-turns.ts'
import { takeStreamTurn } from './stream-turns.ts'

/**
 * Has these see each request before the router does, which answers what they leave: those that they return false for. Each request
 * waits for its turn among those of its connection before that; gives the turns of HTTP/1.x.
 */
export function interceptRequests(
  { server, routing }: FastifyInstance,
  handlers: {
    request: (request: IncomingMessage, response: ServerResponse) => boolean
    /** Requests of HTTP/2 that have no body, before Node likens them to those of HTTP/1.1. */
    stream?: (stream: ServerHttp2Stream, rawHeaders: string[]) => boolean
  },
): RequestTurns {
  server.off('request', routing)
  const start = (request: IncomingMessage, response: ServerResponse) => {
    if (!handlers.request(request, response)) routing(request, response)
  }
  const later = openPacedStarts()
  const turns = openRequestTurns(start, { later })
  server.on('request', (request, response: ServerResponse | Http2ServerResponse) => {
    if ('stream' in response) start(request, response as unknown as ServerResponse)
    else turns.take(request, response)
  })
  const { stream: answersStream } = handlers
  const toHttp1Compat = server.listeners('stream') as StreamListener[]
  server.removeAllListeners('stream')
  const startStream: StreamListener = (stream, headers, flags, rawHeaders) => {
    if (answersStream && flags & constants.NGHTTP2_FLAG_END_STREAM && answersStream(stream, rawHeaders)) {
      // Reset by who asked, with whatever reason: an error that nobody hears of would end the process.
      stream.on('error', () => undefined)
      return
    }
    for (const each of toHttp1Compat) each.call(server, stream, headers, flags, rawHeaders)
  }
  const listener: StreamListener = (stream, ...read) =>
    takeStreamTurn(stream, () => startStream(stream, ...read), later)
  server.on('stream', listener)
  return turns
}

type StreamListener = (stream: ServerHttp2Stream, headers: object, flags: number, rawHeaders: string[]) => void
