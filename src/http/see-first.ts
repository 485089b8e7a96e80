import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type ServerHttp2Stream } from 'node:http2'
import type { FastifyInstance } from 'fastify'

/** Has these see each request before the router does, which answers what they leave: those that they return false for. */
export function seeFirst(
  { server, routing }: FastifyInstance,
  answers: {
    request: (request: IncomingMessage, response: ServerResponse) => boolean
    /** Requests of HTTP/2 that have no body, before Node likens them to those of HTTP/1.1. */
    stream?: (stream: ServerHttp2Stream, rawHeaders: string[]) => boolean
  },
): void {
  server.off('request', routing)
  server.on('request', (request, response) => {
    if (!answers.request(request, response)) routing(request, response)
  })
  const { stream: answersStream } = answers
  if (!answersStream) return
  const liken = server.listeners('stream') as StreamListener[]
  server.removeAllListeners('stream')
  const listener: StreamListener = (stream, headers, flags, rawHeaders) => {
    if (flags & constants.NGHTTP2_FLAG_END_STREAM && answersStream(stream, rawHeaders)) {
      // Reset by who asked, with whatever reason: an error that nobody hears of would end the process.
      stream.on('error', () => undefined)
      return
    }
    for (const each of liken) each.call(server, stream, headers, flags, rawHeaders)
  }
  server.on('stream', listener)
}

type StreamListener = (stream: ServerHttp2Stream, headers: object, flags: number, rawHeaders: string[]) => void
