import { setMaxListeners } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Endpoint } from '../endpoints/core/define.ts'
import type { Services } from '../endpoints/core/services.ts'
import type { RequestMeter } from '../metrics/request-meter.ts'
import type { Tracing } from '../tracing/open-tracing.ts'
import { openBatchWrites } from './batch-writes.ts'
import { clientAddress } from './client-address.ts'
import { type RefusedFraming, refusedCoding, refusedVersion, refuseFraming } from './connections/framing.ts'
import { boundConnections, proxiesOf } from './connections/limit-connections.ts'
import { interceptRequests } from './connections/pre-router.ts'
import { clientOf } from './connections/response-client.ts'
import { ignoreUpgrades } from './connections/upgrades.ts'
import { applyDefaultHeaders, applyRequiredHeaders, registerDefaultHeaders } from './default-headers.ts'
import { diskFullResponse } from './errors.ts'
import { type FastPathResponse, openFastPathCache } from './fast-path-cache.ts'
import { type FastifyOptions, openFastify, send } from './open-fastify.ts'
import { type OriginOptions, originFields, originReader } from './origin.ts'
import { closesWithHub } from './pipeline/authorize.ts'
import type { HttpRequestParts } from './pipeline/endpoint-request.ts'
import { type EndpointContext, internalRequest, runEndpoint } from './pipeline/run-endpoint.ts'
import { openUnreadBytes } from './pipeline/unread-bytes.ts'
import { preflightOr405 } from './preflight-and-405.ts'
import { type Identified, requestIds } from './request-id.ts'
import { logResponses, meterResponses, recordResponses } from './request-metrics.ts'
import { type HttpResponse, isWhole, mergeHeaders, refusal } from './response.ts'
import { mountSessions, type SessionHandler } from './sessions.ts'
import { traceBody, traceFastPath, traceResponses } from './tracing-hooks.ts'
import { openUnknownRoutes } from './unknown-routes.ts'
import { mountWebApp, wantsPage } from './web-app.ts'

export interface ServerOptions extends OriginOptions, FastifyOptions {
  /** Connections of one network; the usual bound where it is left out. */
  connections?: number
  /** How many serve on the port, this one among them. */
  processes?: number
  /** Below which address trusted proxies send files by themselves (`X-Accel-Redirect`); undefined: they do not. */
  proxySendsBelow?: string | undefined
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

const drainMilliseconds = 8000

/** Makes a server that answers `endpoints`. Everything it says of them comes from their declarations. */
export function createHubServer(
  endpoints: readonly Endpoint[],
  context: Omit<EndpointContext, 'logFailure' | 'closing' | 'addressFields' | 'unasked' | 'unread'> & {
    services: Services
    isReady: () => boolean
    /** Whether changes can be stored; they can where it is left out. */
    isWritable?: () => Promise<boolean>
    /** Whether pages of this origin may use some publishable token. */
    isPublishedTo: (origin: string) => Promise<boolean>
    sessions: SessionHandler
    /** Counts requests, where metrics are asked for. */
    meter?: RequestMeter | undefined
    /** Follows requests as spans, where that is asked for. */
    tracing?: Tracing | undefined
  },
  options: ServerOptions,
): HubServer {
  const isProxy = proxiesOf(options.trustProxy)
  const idOf = requestIds(isProxy)
  const { meter, tracing, work } = context
  const onRefused = (status: number) =>
    meter?.answeredElsewhere(undefined, { method: 'other', status, caller: 'unknown', seconds: 0 })
  const { app, refuse } = openFastify(options, { idOf, onRefused })
  const sockets = boundConnections(app.server, {
    isProxy,
    ofNetwork: options.connections,
    processes: options.processes,
  })
  const closing = new AbortController()
  // One listener for each stream of events.
  setMaxListeners(0, closing.signal)
  const running: EndpointContext = {
    ...context,
    unasked: internalRequest(context.services),
    unread: openUnreadBytes(),
    closing: closing.signal,
    addressFields: originFields(options, options.trustProxy !== false),
    logFailure: (requestId, error) => options.log.error({ requestId, err: error }, 'unexpected failure'),
  }
  const isTls = options.tls !== undefined
  const newId = () => idOf(nobody)
  const front = openFastPathCache({
    cache: context.cache,
    always: (status) => registerDefaultHeaders(isTls, status),
    newId,
    isClosing: () => closing.signal.aborted,
  })
  const noteAnswered = (answered: FastPathResponse, socket: Identified['socket'], cameAt: number) => {
    const { endpoint, method, status, userAgent } = answered
    if (meter) {
      const seconds = (performance.now() - cameAt) / 1000
      meter.answered(endpoint, { method, status, caller: 'anonymous', cache: 'hit', seconds })
    }
    if (closesWithHub(endpoint)) context.noteAnonymous({ address: socket.remoteAddress ?? '', userAgent })
  }
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  // Hooks with a callback: a promise for each would cost every request more than what they do.
  recordResponses(app)
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
  const hasFront = !options.log.isLevelEnabled('debug') && !context.rateLimits.limitsAnonymous
  const now = () => (meter || tracing ? performance.now() : 0)
  const refuseAtOnce = (request: Identified, response: ServerResponse, why: RefusedFraming) => {
    onRefused(why.status)
    refuseFraming(response, why, { id: idOf(request), isTls })
    return true
  }
  const turns = interceptRequests(app, {
    request(request, response) {
      const isHttp1 = !('stream' in response)
      const refusedLine = isHttp1 ? refusedVersion(request) : undefined
      if (refusedLine) return refuseAtOnce(request, response, refusedLine)
      const cameAt = now()
      const answered = hasFront ? front.answers(request, response) : undefined
      if (answered) {
        noteAnswered(answered, request.socket, cameAt)
        if (tracing) traceFastPath(tracing, answered, { request, isTls, arrivedAt: cameAt })
        return true
      }
      const refused = isHttp1 ? refusedCoding(request) : undefined
      if (refused) return refuseAtOnce(request, response, refused)
      // The router refuses by itself then.
      if (closing.signal.aborted) {
        applyRequiredHeaders(response, { id: idOf(request), isTls })
        onRefused(503)
      }
      return false
    },
    // Spans are told of what a request likens to one of HTTP/1.1.
    ...(hasFront &&
      !tracing && {
        stream(stream, rawHeaders) {
          const cameAt = now()
          const answered = front.answers({ rawHeaders }, stream)
          if (answered) noteAnswered(answered, stream.session?.socket ?? {}, cameAt)
          return answered !== undefined
        },
      }),
  })
  ignoreUpgrades(app.server, turns, { isTls, refuse })
  if (tracing) traceResponses(app, tracing)
  logResponses(app, options.log)
  const metered = meter && meterResponses(app, meter)

  const { proxySendsBelow } = options
  const sentBelow = (request: FastifyRequest) =>
    proxySendsBelow !== undefined && isProxy(request.raw.socket.remoteAddress ?? '') ? proxySendsBelow : undefined

  const originOf = originReader(options)
  const sendTogether = openBatchWrites()
  for (const endpoint of endpoints) {
    app.route({
      method: endpoint.method === 'GET' ? ['GET', 'HEAD'] : endpoint.method,
      url: endpoint.path,
      exposeHeadRoute: false,
      handler(request, reply) {
        request.endpoint = endpoint
        const found = originOf(request)
        if ('refused' in found) return void send(reply, refusedHost(found.refused))
        const call = {
          ...callOf(request, found.origin),
          client: clientOf(reply.raw),
          proxySendsBelow: sentBelow(request),
        }
        const answering = request.span
          ? work.observe(request.span.onStatement, () => runEndpoint(endpoint, call, running))
          : runEndpoint(endpoint, call, running)
        const deliver = (answer: HttpResponse) => {
          if (hasFront) front.remember(request.raw, endpoint, answer)
          request.answer = answer
          const traced = traceBody(request, answer)
          const watched = metered ? metered(request, traced) : traced
          if (isWhole(watched)) sendTogether(reply, watched)
          else send(reply, watched)
        }
        answering.then(deliver).catch((error) => reply.send(error))
      },
    })
  }
  const otherwise = preflightOr405(endpoints, context, options)
  const unknownRoutes = openUnknownRoutes(context)
  mountSessions(app, context.sessions, { ...options, otherwise, corsOfUnknown: unknownRoutes.corsOf })
  const webApp = mountWebApp(app, options)
  app.get('/healthz', async (_request, reply) => send(reply, plain(200, 'ok')))
  app.get('/readyz', async (_request, reply) =>
    send(reply, context.isReady() ? plain(200, await readiness(context)) : plain(503, 'starting')),
  )
  app.setNotFoundHandler(async (request, reply) => {
    const answer = (await otherwise(request)) ?? unknownRoutes.answer(request)
    return answer.status === 404 && wantsPage(request) ? webApp.send(request, reply, 404) : send(reply, answer)
  })
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const full = diskFullResponse(error)
    const status = full?.status ?? error.statusCode ?? 500
    const isForeseen = full !== undefined || (status >= 400 && status < 500)
    if (!isForeseen) options.log.error({ requestId: request.id, err: error }, 'unexpected failure')
    const { headers, ...rest } = isForeseen
      ? refusal(status, full?.body.error ?? error.message)
      : refusal(500, 'An unexpected error occurred', { requestId: request.id })
    return send(reply, { ...rest, headers: mergeHeaders(headers, full?.headers, unknownRoutes.corsOf(request)) })
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
      }, drainMilliseconds)
      await app.close()
      clearTimeout(lastCall)
    },
  }
}

/** The body of `/readyz`. A hub whose disk is full still serves what is read. */
const readiness = async ({ isWritable }: { isWritable?: (() => Promise<boolean>) | undefined }): Promise<string> =>
  !isWritable || (await isWritable()) ? 'ready' : 'ready\nwrites: unavailable\n'

const nobody: Identified = { headers: {}, socket: {} }

/**
 * Whether a stream of HTTP/2 was reset, or lost its connection, before its handler could start. Node ends the body of such a request as if
 * it were complete, so a part of a body would be handled as the whole. Over HTTP/1.1 a body that breaks off is an error.
 */
const isAborted = ({ raw }: FastifyRequest): boolean => raw.httpVersionMajor >= 2 && raw.aborted

/** A request as endpoints know it. */
const callOf = (request: FastifyRequest, origin: string): Omit<HttpRequestParts, 'proxySendsBelow' | 'client'> => ({
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

const refusedHost = (why: 'malformed' | 'unexpected') =>
  why === 'malformed'
    ? refusal(400, 'The Host header is not valid')
    : refusal(421, 'This hub does not answer for this host')

const plain = (status: number, text: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: text,
})
