import { setMaxListeners } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Endpoint } from '../endpoints/core/define.ts'
import type { Services } from '../endpoints/core/services.ts'
import type { RequestMeter } from '../metrics/request-meter.ts'
import type { Tracing } from '../tracing/open-tracing.ts'
import { openBatchWrites } from './batch-writes.ts'
import { clientAddress } from './client-address.ts'
import { codingError, type FramingError, sendFramingError, versionError } from './connections/framing.ts'
import { limitConnections, trustedProxies } from './connections/limit-connections.ts'
import { interceptRequests } from './connections/pre-router.ts'
import { clientOf } from './connections/response-client.ts'
import { ignoreUpgrades } from './connections/upgrades.ts'
import { applyDefaultHeaders, defaultHeaders, setDefaultHeaders } from './default-headers.ts'
import { diskFullResponse } from './errors.ts'
import { type FastPathResponse, openFastPathCache } from './fast-path-cache.ts'
import { type FastifyOptions, openFastify, send } from './open-fastify.ts'
import { type OriginOptions, openOriginReader, originHeaderNames } from './origin.ts'
import { requiresCallerWhenClosed } from './pipeline/authorize.ts'
import type { HttpRequest } from './pipeline/http-request.ts'
import { type EndpointContext, requestTemplate, runEndpoint } from './pipeline/run-endpoint.ts'
import { openUnreadBytes } from './pipeline/unread-bytes.ts'
import { preflightOr405 } from './preflight-and-405.ts'
import { type IdentifiableRequest, openRequestIds } from './request-id.ts'
import { decorateRequests, logResponses, meterResponses } from './request-metrics.ts'
import { type HttpResponse, isWhole, jsonError, mergeHeaders } from './response.ts'
import { type AuthHandler, mountAuthEndpoints } from './sessions.ts'
import { traceBody, traceFastPath, traceResponses } from './tracing-hooks.ts'
import { openUnknownRoutes } from './unknown-routes.ts'
import { mountWebApp, prefersPage } from './web-app.ts'

export interface ServerOptions extends OriginOptions, FastifyOptions {
  /** Connections of one network; the usual bound where it is left out. */
  maxConnectionsPerNetwork?: number
  /** How many serve on the port, this one among them. */
  processes?: number
  /** Below which address trusted proxies send files by themselves (`X-Accel-Redirect`); undefined: they do not. */
  accelPrefix?: string | undefined
}

export interface ListenAt {
  host: string
  port: number
  /** Whether other processes listen there too, and the system spreads the connections over them. */
  reusePort?: boolean
}

export interface HubServer {
  /** Begins to accept requests; gives the address, with the port that was picked. */
  listen(at: ListenAt): Promise<{ host: string; port: number }>
  /** How many connections are open. */
  connections(): number
  /** Accepts no more, lets the running requests end for a while, closes. */
  close(): Promise<void>
}

const drainTimeoutMs = 8000

/** Makes a server that answers `endpoints`. Everything it says of them comes from their declarations. */
export function createHubServer(
  endpoints: readonly Endpoint[],
  context: Omit<EndpointContext, 'logFailure' | 'closing' | 'originHeaders' | 'requestTemplate' | 'unreadBytes'> & {
    services: Services
    isReady: () => boolean
    /** Whether changes can be stored; they can where it is left out. */
    isWritable?: () => Promise<boolean>
    /** Whether pages of this origin may use some publishable token. */
    isPublishedTo: (origin: string) => Promise<boolean>
    sessions: AuthHandler
    /** Counts requests, where metrics are asked for. */
    meter?: RequestMeter | undefined
    /** Follows requests as spans, where that is asked for. */
    tracing?: Tracing | undefined
  },
  options: ServerOptions,
): HubServer {
  const isProxy = trustedProxies(options.trustProxy)
  const idOf = openRequestIds(isProxy)
  const { meter, tracing, requestContext } = context
  const onRefused = (status: number) =>
    meter?.recordOther(undefined, { method: 'other', status, caller: 'unknown', seconds: 0 })
  const { app, refuse } = openFastify(options, { idOf, onRefused })
  const sockets = limitConnections(app.server, {
    isProxy,
    maxPerNetwork: options.maxConnectionsPerNetwork,
    processes: options.processes,
  })
  const closing = new AbortController()
  // One listener for each stream of events.
  setMaxListeners(0, closing.signal)
  const endpointContext: EndpointContext = {
    ...context,
    requestTemplate: requestTemplate(context.services),
    unreadBytes: openUnreadBytes(),
    closing: closing.signal,
    originHeaders: originHeaderNames(options, options.trustProxy !== false),
    logFailure: (requestId, error) => options.log.error({ requestId, err: error }, 'unexpected failure'),
  }
  const isTls = options.tls !== undefined
  const newId = () => idOf(nobody)
  const fastPath = openFastPathCache({
    cache: context.cache,
    defaultHeaders: (status) => defaultHeaders(isTls, status),
    newId,
    isClosing: () => closing.signal.aborted,
  })
  const recordFastPath = (answered: FastPathResponse, socket: IdentifiableRequest['socket'], cameAt: number) => {
    const { endpoint, method, status, userAgent } = answered
    if (meter) {
      const seconds = (performance.now() - cameAt) / 1000
      meter.recordEndpoint(endpoint, { method, status, caller: 'anonymous', cacheOutcome: 'hit', seconds })
    }
    if (requiresCallerWhenClosed(endpoint)) context.recordAnonymous({ address: socket.remoteAddress ?? '', userAgent })
  }
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  // Hooks with a callback: a promise for each would cost every request more than what they do.
  decorateRequests(app)
  app.addHook('onRequest', (request, _reply, done) => {
    request.arrivedAt = performance.now()
    done()
  })
  app.addHook('preHandler', (request, reply, done) => {
    if (!isAborted(request)) return done()
    reply.hijack()
    reply.raw.destroy()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    applyDefaultHeaders(reply)
    done()
  })
  // Where each request is written down or counted against a limit, none is answered before that.
  const usesFastPath = !options.log.isLevelEnabled('debug') && !context.rateLimits.limitsAnonymous
  const now = () => (meter || tracing ? performance.now() : 0)
  const rejectNow = (request: IdentifiableRequest, response: ServerResponse, why: FramingError) => {
    onRefused(why.status)
    sendFramingError(response, why, { id: idOf(request), isTls })
    return true
  }
  const turns = interceptRequests(app, {
    request(request, response) {
      const isHttp1 = !('stream' in response)
      const refusedLine = isHttp1 ? versionError(request) : undefined
      if (refusedLine) return rejectNow(request, response, refusedLine)
      const cameAt = now()
      const answered = usesFastPath ? fastPath.respond(request, response) : undefined
      if (answered) {
        recordFastPath(answered, request.socket, cameAt)
        if (tracing) traceFastPath(tracing, answered, { request, isTls, arrivedAt: cameAt })
        return true
      }
      const refused = isHttp1 ? codingError(request) : undefined
      if (refused) return rejectNow(request, response, refused)
      // The router refuses by itself then.
      if (closing.signal.aborted) {
        setDefaultHeaders(response, { id: idOf(request), isTls })
        onRefused(503)
      }
      return false
    },
    // Spans are told of what a request likens to one of HTTP/1.1.
    ...(usesFastPath &&
      !tracing && {
        stream(stream, rawHeaders) {
          const cameAt = now()
          const answered = fastPath.respond({ rawHeaders }, stream)
          if (answered) recordFastPath(answered, stream.session?.socket ?? {}, cameAt)
          return answered !== undefined
        },
      }),
  })
  ignoreUpgrades(app.server, turns, { isTls, refuse })
  if (tracing) traceResponses(app, tracing)
  logResponses(app, options.log)
  const meterResponse = meter && meterResponses(app, meter)

  const { accelPrefix } = options
  const accelPrefixFor = (request: FastifyRequest) =>
    accelPrefix !== undefined && isProxy(request.raw.socket.remoteAddress ?? '') ? accelPrefix : undefined

  const originOf = openOriginReader(options)
  const batchSend = openBatchWrites()
  for (const endpoint of endpoints) {
    app.route({
      method: endpoint.method === 'GET' ? ['GET', 'HEAD'] : endpoint.method,
      url: endpoint.path,
      exposeHeadRoute: false,
      handler(request, reply) {
        request.endpoint = endpoint
        const found = originOf(request)
        if ('refused' in found) return void send(reply, hostError(found.refused))
        const call = {
          ...endpointRequestOf(request, found.origin),
          client: clientOf(reply.raw),
          accelPrefix: accelPrefixFor(request),
        }
        const answering = request.span
          ? requestContext.observe(request.span.onStatement, () => runEndpoint(endpoint, call, endpointContext))
          : runEndpoint(endpoint, call, endpointContext)
        const deliver = (answer: HttpResponse) => {
          if (usesFastPath) fastPath.store(request.raw, endpoint, answer)
          request.answer = answer
          const traced = traceBody(request, answer)
          const watched = meterResponse ? meterResponse(request, traced) : traced
          if (isWhole(watched)) batchSend(reply, watched)
          else send(reply, watched)
        }
        answering.then(deliver).catch((error) => reply.send(error))
      },
    })
  }
  const declaredPathResponse = preflightOr405(endpoints, context, options)
  const unknownRoutes = openUnknownRoutes(context)
  mountAuthEndpoints(app, context.sessions, {
    ...options,
    otherwise: declaredPathResponse,
    corsOfUnknown: unknownRoutes.corsHeadersOf,
  })
  const webApp = mountWebApp(app, options)
  app.get('/healthz', async (_request, reply) => send(reply, plainText(200, 'ok')))
  app.get('/readyz', async (_request, reply) =>
    send(reply, context.isReady() ? plainText(200, await readiness(context)) : plainText(503, 'starting')),
  )
  app.setNotFoundHandler(async (request, reply) => {
    const answer = (await declaredPathResponse(request)) ?? unknownRoutes.respond(request)
    return answer.status === 404 && prefersPage(request) ? webApp.send(request, reply, 404) : send(reply, answer)
  })
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const full = diskFullResponse(error)
    const status = full?.status ?? error.statusCode ?? 500
    const isForeseen = full !== undefined || (status >= 400 && status < 500)
    if (!isForeseen) options.log.error({ requestId: request.id, err: error }, 'unexpected failure')
    const { headers, ...rest } = isForeseen
      ? jsonError(status, full?.body.error ?? error.message)
      : jsonError(500, 'An unexpected error occurred', { requestId: request.id })
    return send(reply, { ...rest, headers: mergeHeaders(headers, full?.headers, unknownRoutes.corsHeadersOf(request)) })
  })

  return {
    async listen(at) {
      await app.listen(at)
      const bound = app.server.address()
      if (bound === null || typeof bound === 'string') throw new Error('the server has no port')
      return { host: at.host, port: bound.port }
    },
    connections: () => sockets.size,
    async close() {
      closing.abort()
      // A connection that never asked anything is no idle one to Node, and would be waited for without end.
      const lastCall = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, drainTimeoutMs)
      await app.close()
      clearTimeout(lastCall)
    },
  }
}

/** The body of `/readyz`. A hub whose disk is full still serves what is read. */
const readiness = async ({ isWritable }: { isWritable?: (() => Promise<boolean>) | undefined }): Promise<string> =>
  !isWritable || (await isWritable()) ? 'ready' : 'ready\nwrites: unavailable\n'

const nobody: IdentifiableRequest = { headers: {}, socket: {} }

/**
 * Whether a stream of HTTP/2 was reset, or lost its connection, before its handler could start. Node ends the body of such a request as if
 * it were complete, so a part of a body would be handled as the whole. Over HTTP/1.1 a body that breaks off is an error.
 */
const isAborted = ({ raw }: FastifyRequest): boolean => raw.httpVersionMajor >= 2 && raw.aborted

/** A request as endpoints know it. */
const endpointRequestOf = (request: FastifyRequest, origin: string): Omit<HttpRequest, 'accelPrefix' | 'client'> => ({
  method: request.method,
  target: request.url,
  params: request.params as Record<string, string>,
  headers: headersOf(request),
  body: request.body as Buffer | undefined,
  origin,
  address: clientAddress(request),
  requestId: request.id,
  arrivedAt: request.arrivedAt,
})

/** Over HTTP/2, Node drops every `Authorization` line but the first. Joined, as over HTTP/1.1, none is overlooked. */
function headersOf({ headers, raw }: FastifyRequest): FastifyRequest['headers'] {
  if (raw.httpVersionMajor < 2 || headers.authorization === undefined) return headers
  const values = raw.rawHeaders.filter((_, index, lines) => index % 2 === 1 && lines[index - 1] === 'authorization')
  return { ...headers, authorization: values.join(', ') }
}

const hostError = (why: 'malformed' | 'unexpected') =>
  why === 'malformed'
    ? jsonError(400, 'The Host header is not valid')
    : jsonError(421, 'This hub does not answer for this host')

const plainText = (status: number, text: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: text,
})
