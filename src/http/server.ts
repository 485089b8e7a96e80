import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import type { Logger } from 'pino'
import type { Endpoint } from '../endpoints/define.ts'
import { closesWithHub } from './admission.ts'
import { type Answer, refusal } from './answer.ts'
import { boundConnections, proxiesOf } from './connections.ts'
import { type Front, openFront } from './front.ts'
import { type OriginOptions, requestOrigin } from './origin.ts'
import { refusals } from './refused-connections.ts'
import { readTarget } from './request-target.ts'
import { type EndpointContext, runEndpoint } from './run-endpoint.ts'
import { mountSessions, type SessionHandler } from './sessions.ts'
import { answerOtherwise } from './undeclared.ts'
import { mountWebApp, wantsPage } from './web-app.ts'

export interface ServerOptions extends OriginOptions {
  /** Certificate and key in PEM; with them HTTP/2, and HTTP/1.1 by ALPN. */
  tls: { cert: Buffer; key: Buffer } | undefined
  /** Whose `X-Forwarded-*` headers count: everybody's (`true`), nobody's, or these networks'. */
  trustProxy: boolean | string[]
  /** Connections of one network; the usual bound where it is left out. */
  connections?: number
  /** How many serve on the port, this one among them. */
  processes?: number
  /** Milliseconds that the headers of a request may take to arrive. */
  headersTimeout?: number
  log: Logger
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
  /** Accepts no more, lets the running requests end for a while, closes. */
  close(): Promise<void>
}

/** An address may hold a token, also one that nothing is at: no page passes it on. */
const everyAnswer = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
}
const overTls = { 'strict-transport-security': 'max-age=31536000' }
const longestBodyBytes = 2 * 1024 * 1024
const headerBytes = 32 * 1024
const drainMilliseconds = 8000

/** Makes a server that answers `endpoints`. Everything it says of them comes from their declarations. */
export function makeServer(
  endpoints: readonly Endpoint[],
  context: Omit<EndpointContext, 'logFailure' | 'closing'> & {
    isReady: () => boolean
    /** Whether pages of this origin may use some publishable token. */
    isPublishedTo: (origin: string) => Promise<boolean>
    sessions: SessionHandler
  },
  options: ServerOptions,
): HubServer {
  const app = openFastify(options)
  const sockets = boundConnections(app.server, {
    isProxy: proxiesOf(options.trustProxy),
    ofNetwork: options.connections,
    processes: options.processes,
  })
  const closing = new AbortController()
  // One listener for each stream of events.
  setMaxListeners(0, closing.signal)
  const running: EndpointContext = {
    ...context,
    closing: closing.signal,
    logFailure: (requestId, error) => options.log.error({ requestId, err: error }, 'unexpected failure'),
  }
  const front = openFront({
    cache: context.cache,
    always: { ...everyAnswer, ...(options.tls && overTls) },
    isClosing: () => closing.signal.aborted,
    onAnswer(endpoint, { socket, headers }) {
      if (closesWithHub(endpoint))
        context.noteAnonymous({ address: socket.remoteAddress ?? '', userAgent: headers['user-agent'] })
    },
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  // Hooks with a callback: a promise for each would cost every request more than what they do.
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(everyAnswer)
    if (request.protocol === 'https') reply.headers(overTls)
    done()
  })
  const isLogged = options.log.isLevelEnabled('debug')
  // Where each request is written down or counted against a limit, none is answered before that.
  const hasFront = !isLogged && !context.rateLimits.limitsAnonymous
  if (hasFront) putInFront(app, front)
  const callers = new WeakMap<FastifyRequest, string>()
  if (isLogged)
    app.addHook('onResponse', (request, reply, done) => {
      options.log.debug({
        requestId: request.id,
        method: request.method,
        target: request.url,
        status: reply.statusCode,
        caller: callers.get(request),
        ms: reply.elapsedTime,
      })
      done()
    })

  for (const endpoint of endpoints) {
    app.route({
      method: endpoint.method === 'GET' ? ['GET', 'HEAD'] : endpoint.method,
      url: endpoint.path,
      exposeHeadRoute: false,
      handler(request, reply) {
        const found = requestOrigin(request, options)
        if ('refused' in found) return void send(reply, refusedHost(found.refused))
        runEndpoint(
          endpoint,
          {
            method: request.method,
            target: request.url,
            params: request.params as Record<string, string>,
            headers: request.headers,
            body: request.body as Buffer | undefined,
            origin: found.origin,
            address: request.ip,
            requestId: request.id,
          },
          running,
        ).then(
          (answer) => {
            if (hasFront) front.remember(request.raw, endpoint, answer)
            if (isLogged && answer.caller !== undefined) callers.set(request, answer.caller)
            return send(reply, answer)
          },
          (error) => reply.send(error),
        )
      },
    })
  }
  const otherwise = answerOtherwise(endpoints, context, options)
  mountSessions(app, context.sessions, { ...options, otherwise })
  const webApp = mountWebApp(app, options)
  app.get('/healthz', async (_request, reply) => send(reply, plain(200, 'ok')))
  app.get('/readyz', async (_request, reply) =>
    send(reply, context.isReady() ? plain(200, 'ready') : plain(503, 'starting')),
  )
  app.setNotFoundHandler(async (request, reply) => {
    const answer = (await otherwise(request)) ?? refusal(404, 'Not found')
    return answer.status === 404 && wantsPage(request) ? webApp.send(request, reply, 404) : send(reply, answer)
  })
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 400 && status < 500) return send(reply, refusal(status, error.message))
    options.log.error({ requestId: request.id, err: error }, 'unexpected failure')
    return send(reply, refusal(500, 'An unexpected error occurred', { requestId: request.id }))
  })

  return {
    async listen(at) {
      await app.listen(at)
      const bound = app.server.address()
      if (bound === null || typeof bound === 'string') throw new Error('the server has no port')
      return { host: at.host, port: bound.port }
    },
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

/** Has the front see each request before the router does. */
function putInFront({ server, routing }: FastifyInstance, front: Front): void {
  server.off('request', routing)
  server.on('request', (request, response) => {
    if (!front.answers(request, response)) routing(request, response)
  })
}

function openFastify({ tls, trustProxy, log, headersTimeout = 10_000 }: ServerOptions): FastifyInstance {
  const { refuse, watch } = refusals()
  const common = {
    // Of its own it tells only failures: that it listens is news once the hub is ready.
    loggerInstance: log.child({}, { level: log.isLevelEnabled('warn') ? 'warn' : log.level }) as FastifyBaseLogger,
    trustProxy,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger of its own for each request costs more than the request's other bookkeeping together.
    childLoggerFactory: (logger: FastifyBaseLogger) => logger,
    genReqId: requestIds(),
    bodyLimit: longestBodyBytes,
    forceCloseConnections: 'idle' as const,
    requestTimeout: 60_000,
    // Longer than proxies keep connections, so that they end them and no request meets a closed one.
    keepAliveTimeout: 75_000,
    // As long as a request may be: how long a parameter may be is the endpoint's affair.
    routerOptions: { maxParamLength: headerBytes, ignoreTrailingSlash: true, querystringParser: () => ({}) },
    rewriteUrl({ url = '/', headers }: { url?: string | undefined; headers: IncomingHttpHeaders }) {
      const { target, host } = readTarget(url)
      if (host !== undefined) headers.host = host
      return target
    },
    // The router's own text holds the whole address, a token in it as well.
    frameworkErrors: (_error: Error, _request: FastifyRequest, reply: FastifyReply) =>
      void send(reply, refusal(400, 'The path is not valid percent-encoded UTF-8')),
    clientErrorHandler: refuse,
  }
  const reading = {
    // Whoever sends headers drop by drop holds a connection no longer than this.
    headersTimeout,
    connectionsCheckingInterval: headersTimeout / 2,
    maxHeaderSize: headerBytes,
    // Node would drop what is repeated. Joined, two hosts are none (RFC 9112 §3.2), and no token is overlooked.
    joinDuplicateHeaders: true,
    // A request without `Host` gets an answer like any other that cannot be answered.
    requireHostHeader: false,
  }
  const transport = tls ? { http2: true, https: { ...tls, ...reading, allowHTTP1: true } } : { http: reading }
  // Fastify types each transport as a server of its own; the routes here are the same on all of them.
  const app = fastify({ ...common, ...transport } as FastifyServerOptions)
  watch(app.server)
  // An expectation that nobody knows may be passed over (RFC 9110 §10.1.1); Node would refuse without a word.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  return app
}

/** Ids that are unique among all processes, without asking for randomness at each request. */
function requestIds(): () => string {
  const process = randomUUID()
  let count = 0
  return () => `${process}-${++count}`
}

function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  reply.code(status).headers(headers)
  return reply.send(body)
}

const refusedHost = (why: 'malformed' | 'unexpected') =>
  why === 'malformed'
    ? refusal(400, 'The Host header is not valid')
    : refusal(421, 'This hub does not answer for this host')

const plain = (status: number, text: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: text,
})
