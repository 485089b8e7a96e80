import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import type { Logger } from 'pino'
import { openConnectionRefusal } from './connections/refused-connections.ts'
import { endStreamTurn, maxStreams } from './connections/stream-turns.ts'
import { applyDefaultHeaders, defaultHeaders, requestIdHeader } from './default-headers.ts'
import type { IdentifiableRequest } from './request-id.ts'
import { readTarget } from './request-target.ts'
import { type HttpResponse, jsonError, type WholeResponse } from './response.ts'

declare module 'fastify' {
  interface FastifyInstance {
    hubLog: Logger
  }
}

export interface FastifyOptions {
  /** Certificate and key in PEM; with them HTTP/2, and HTTP/1.1 by ALPN. */
  tls: { cert: Buffer; key: Buffer } | undefined
  /** Whose `X-Forwarded-*` headers count: everybody's (`true`), nobody's, or these networks'. */
  trustProxy: boolean | string[]
  /** Milliseconds that the headers of a request may take to arrive. */
  headersTimeout?: number
  /** Milliseconds after which a connection is closed on which nothing moves, such as one whose client does not read its response. */
  idleTimeout?: number
  log: Logger
}

const maxBodyBytes = 2 * 1024 * 1024
const maxHeaderBytes = 32 * 1024

/**
 * Makes the router and what reads requests off connections; `idOf` gives each request its id, `onRefused` is told the status of
 * each that does not get as far as to be routed.
 */
export function openFastify(
  { tls, trustProxy, log, headersTimeout = 10_000, idleTimeout = 75_000 }: FastifyOptions,
  { idOf, onRefused }: { idOf: (request: IdentifiableRequest) => string; onRefused: (status: number) => void },
): { app: FastifyInstance; refuse: (error: Error & { code?: string }, socket: Socket) => void } {
  const { refuse, watch } = openConnectionRefusal(idOf, onRefused)
  const common = {
    trustProxy,
    genReqId: idOf,
    bodyLimit: maxBodyBytes,
    forceCloseConnections: 'idle' as const,
    requestTimeout: 60_000,
    // Longer than proxies keep connections, so that they end them and no request meets a closed one.
    keepAliveTimeout: idleTimeout,
    connectionTimeout: idleTimeout,
    http2SessionTimeout: idleTimeout,
    // As long as a request may be: how long a parameter may be is the endpoint's affair.
    routerOptions: { maxParamLength: maxHeaderBytes, ignoreTrailingSlash: true, querystringParser: () => ({}) },
    rewriteUrl({ url = '/', headers }: { url?: string | undefined; headers: IncomingHttpHeaders }) {
      const { target, host } = readTarget(url)
      if (host !== undefined) headers.host = host
      return target
    },
    // The router's own text holds the whole address, a token in it as well.
    frameworkErrors: (_error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      applyDefaultHeaders(reply)
      onRefused(400)
      return void send(reply, jsonError(400, 'The path is not valid percent-encoded UTF-8'))
    },
    clientErrorHandler: refuse,
  }
  const parserOptions = {
    // Whoever sends headers drop by drop holds a connection no longer than this.
    headersTimeout,
    connectionsCheckingInterval: headersTimeout / 2,
    maxHeaderSize: maxHeaderBytes,
    // Node would drop what is repeated. Joined, two hosts are none (RFC 9112 §3.2), and no token is overlooked.
    joinDuplicateHeaders: true,
    // A request without `Host` gets an answer like any other that cannot be answered.
    requireHostHeader: false,
    // Node turns Nagle's algorithm off by itself for `node:http` and HTTP/2, but not for HTTP/1.1 over TLS: with it, a response in two
    // pieces waits up to 40 ms for the client's delayed acknowledgment.
    noDelay: true,
  }
  const transport = tls
    ? {
        http2: true,
        https: { ...tls, ...parserOptions, allowHTTP1: true, settings: { maxConcurrentStreams: maxStreams } },
      }
    : { http: parserOptions }
  // Fastify types each transport as a server of its own; the routes here are the same on all of them.
  const app = fastify({ ...common, ...transport } as FastifyServerOptions)
  // The router has no logger: it would follow each answer to its end, and tell the address of some, tokens and all.
  app.decorate('hubLog', log)
  watch(app.server)
  // An expectation that nobody knows may be passed over (RFC 9110 §10.1.1); Node would refuse without a word.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  return { app, refuse }
}

export function send(reply: FastifyReply, { status, headers, body }: HttpResponse): FastifyReply {
  reply.code(status).headers(headers)
  if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body) && 'stream' in reply.raw)
    endStreamTurn(reply.raw.stream as object)
  if (typeof body !== 'function') return reply.send(body)
  applyDefaultHeaders(reply)
  reply.hijack()
  reply.raw.writeHead(status, reply.getHeaders() as OutgoingHttpHeaders)
  body(reply.raw).catch((error) =>
    reply.server.hubLog.error({ requestId: reply.request.id, err: error }, 'answer broken off'),
  )
  return reply
}

/** Sends a whole answer at once, past what the router can do with answers on their way out. */
export function sendWhole(reply: FastifyReply, { status, headers, body }: WholeResponse): void {
  const { id, method, protocol } = reply.request
  const lines = [requestIdHeader, id]
  for (const list of [defaultHeaders(protocol === 'https', status), headers])
    for (const name in list) lines.push(name, list[name] as string)
  if (headers['content-length'] === undefined && status !== 204 && status !== 304)
    lines.push('content-length', String(body === undefined ? 0 : Buffer.byteLength(body)))
  // What cannot be written is still the router's to tell.
  reply.raw.writeHead(status, lines)
  reply.hijack()
  reply.raw.end(method === 'HEAD' ? undefined : body)
}
