import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { EdgeOutcome } from '../metrics/edge-meter.ts'
import { outcomeOf } from './cache-outcome.ts'
import { cacheName } from './engine/rules.ts'
import { type ForwardingOptions, readForwarding, via } from './forwarding.ts'
import { type OriginClient, OriginTimeout } from './origin-client.ts'
import { discard, type EdgeResponse } from './origin-fetch.ts'
import type { SharedCache } from './shared-cache.ts'

export interface ProxyOptions extends Omit<ForwardingOptions, 'scheme'> {
  cache: SharedCache
  origin: OriginClient
  /** Certificate and key in PEM; with them HTTPS. */
  tls: { cert: Buffer; key: Buffer } | undefined
  /** Gives a request its id, which the origin is sent, and the answer carries, whoever made it (`X-Request-Id`). */
  idOf: (message: IncomingMessage) => string
  /** Told of every answer, and of why there was none. */
  onResponse: (answered: ProxiedRequest) => void
  /** Milliseconds after which a connection is closed that is idle, or whose client does not read its response. */
  idleMilliseconds?: number
}

export interface ProxiedRequest {
  requestId: string
  method: string
  target: string
  status: number
  cacheStatus: string
  outcome: EdgeOutcome
  milliseconds: number
  error?: unknown
}

/** Makes a server that answers from `edge`, and has it ask `origin`. */
export function createProxy(proxy: ProxyOptions): Server {
  const { cache, origin, tls, isTrusted, idOf, onResponse, idleMilliseconds = 60_000 } = proxy
  const forwarding: ForwardingOptions = { scheme: tls ? 'https' : 'http', isTrusted }
  const options = {
    keepAliveTimeout: idleMilliseconds,
    // Node would drop what is repeated. Joined, two hosts are none (RFC 9112 §3.2).
    joinDuplicateHeaders: true,
    // A request without `Host` gets an answer like any other that cannot be answered.
    requireHostHeader: false,
    // Over TLS Node leaves Nagle's algorithm on: a response in two pieces would wait for the client's delayed acknowledgment.
    noDelay: true,
  }

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now()
    let error: unknown
    let answered: EdgeResponse | undefined
    const requestId = idOf(message)
    const read = readForwarding(message, forwarding, requestId)
    try {
      answered = read
        ? await cache.respond(read.request, (request, isShared) =>
            origin.send({ ...read, request, message, response, isShared }),
          )
        : gatewayError(400, 'The request has no target or no host that could be used', 'detail=bad-request')
    } catch (thrown) {
      error = thrown
      answered =
        thrown instanceof OriginTimeout
          ? gatewayError(504, 'The origin did not answer in time')
          : gatewayError(502, 'The origin could not be reached')
    }
    // The one that the origin gave may be that of an earlier request, and is not in this log.
    answered.headers['x-request-id'] = requestId
    // An origin that is silent for as long closes nothing: it has a limit of its own.
    response.setTimeout(idleMilliseconds, () => {
      if (response.socket?.writableLength) response.destroy()
    })
    try {
      await send(answered, message, response)
    } catch (thrown) {
      error ??= thrown
      response.destroy()
    }
    onResponse({
      requestId,
      method: message.method ?? '',
      target: message.url ?? '',
      status: answered.status,
      cacheStatus: String(answered.headers['cache-status']),
      outcome: outcomeOf(answered.handling),
      milliseconds: performance.now() - startedAt,
      error,
    })
  }

  const listener = (message: IncomingMessage, response: ServerResponse) => void answer(message, response)
  return tls ? createTlsServer({ ...options, ...tls }, listener) : createServer(options, listener)
}

async function send({ status, headers, body }: EdgeResponse, message: IncomingMessage, response: ServerResponse) {
  if (response.destroyed) return discard(body)
  headers.via = headers.via === undefined ? via : `${headers.via}, ${via}`
  const hasContent = message.method !== 'HEAD' && status !== 204 && status !== 304
  if (Buffer.isBuffer(body) && hasContent) headers['content-length'] = String(body.length)
  // Node encodes this field by itself once it has seen a length, and fails on bytes of UTF-8: it goes first.
  const { 'content-disposition': disposition, ...others } = headers as Record<string, string | string[]>
  response.writeHead(status, disposition === undefined ? others : { 'content-disposition': disposition, ...others })
  if (body instanceof Readable) await pipeline(body, response)
  else response.end(hasContent ? body : undefined)
}

function gatewayError(status: number, error: string, said = 'fwd=miss'): EdgeResponse {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'cache-status': `${cacheName}; ${said}`,
  }
  return { status, headers, body: Buffer.from(JSON.stringify({ error })) }
}
