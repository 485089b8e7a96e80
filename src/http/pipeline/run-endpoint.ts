import { bearerCredentials, headerMistake } from '../../auth/authorization-header.ts'
import { networkOf } from '../../auth/networks.ts'
import { isForeignPage } from '../../auth/origins.ts'
import { type Authenticate, anonymous, type PresentedCredentials, type Principal } from '../../auth/principal.ts'
import type { AnonymousUsage } from '../../auth/tokens/anonymous-usage.ts'
import { negotiateEncoding } from '../../edge-cache/encodings.ts'
import { cacheStatus } from '../../edge-cache/engine/cache-status.ts'
import type { ResponseCache } from '../../edge-cache/response-cache.ts'
import type { Endpoint } from '../../endpoints/core/define.ts'
import { EndpointError, invalid } from '../../endpoints/core/errors.ts'
import { readIdempotentRequest } from '../../endpoints/core/idempotency-key.ts'
import { type HandlerResponse, isHandlerResponse } from '../../endpoints/core/responses.ts'
import type { Services } from '../../endpoints/core/services.ts'
import { openWaiters, type RequestContext } from '../../request-context/request-context.ts'
import { serveFile } from '../bytes/serve-file.ts'
import { failureResponse } from '../error-response.ts'
import { type HttpResponse, jsonResponse, mergeHeaders } from '../response.ts'
import {
  authorize,
  isStillAuthorized,
  lacksScope,
  rejectCrossSiteChange,
  requiresCallerWhenClosed,
} from './authorize.ts'
import {
  cachingHeaders,
  corsHeaders,
  isShareable,
  type RequestFacts,
  type TrustedOrigins,
} from './cache-and-cors-policy.ts'
import { cachedResponse, forbidsStoring } from './cached-response.ts'
import { eventStreamResponse, type StreamLimits } from './event-stream.ts'
import { credentialHeaders, firstValue, type HttpRequest, parseBody, parsePart, sendingPage } from './http-request.ts'
import { jsonContent } from './json-content.ts'
import { hasQueryToken, parseQuery } from './query.ts'
import type { RateLimits, RateState } from './rate-limits.ts'
import { mayReadTimings, openTimings, type Timings } from './server-timing.ts'
import { tokenHeaders } from './token-headers.ts'
import type { UnreadBytes } from './unread-bytes.ts'

/** The parts of the hub that running an endpoint needs. */
export interface EndpointContext {
  /** See {@link requestTemplate}. */
  requestTemplate: HandlerRequest
  authenticate: Authenticate
  /** Records a request that was denied because its token lacks a scope. */
  recordMissingScope: (tokenId: number, presented: PresentedCredentials) => void
  /** Whether the hub is closed to anonymous callers. */
  isClosed: boolean
  /** Request headers that the origin of absolute URLs depends on, joined as in `Vary`. */
  originHeaders: string
  /** Records an anonymous request that a closed hub would refuse. */
  recordAnonymous: AnonymousUsage['count']
  isTrusted: TrustedOrigins
  rateLimits: RateLimits
  /** Whether a `Cookie` header holds a session, valid or not. */
  holdsSession: (cookie: string | undefined) => boolean
  cache: ResponseCache
  /** Attributes database work to requests. */
  requestContext: RequestContext
  /** Counts response bytes that clients have not read yet. */
  unreadBytes: UnreadBytes
  logFailure: (requestId: string, error: unknown) => void
  /** Aborted when the server begins to close; ends event streams. */
  closing: AbortSignal
}

type HandlerRequest = Parameters<Endpoint['handle']>[0]

/**
 * Returns the services with all per-request fields undefined. A copy with spread keeps the object's shape, which costs a
 * seventh of adding the fields to a copy of the services.
 */
export const requestTemplate = (services: Services) =>
  ({
    ...services,
    params: undefined,
    query: undefined,
    body: undefined,
    principal: undefined,
    method: undefined,
    idempotency: undefined,
    origin: undefined,
    address: undefined,
    target: undefined,
    header: undefined,
  }) as unknown as HandlerRequest

/**
 * Runs an endpoint for one request and returns the response, errors included. The order of the steps is the security
 * policy: authenticate, count against the rate limits, reject cross-site changes, authorize, and only then look into the
 * cache, parse parameters and call the handler. So a caller without permission learns nothing about parameters, and a
 * cached response is never reached before the decision that it can be shared.
 */
export async function runEndpoint(
  endpoint: Endpoint,
  call: HttpRequest,
  context: EndpointContext,
): Promise<HttpResponse> {
  const asked = parseQuery(call.target)
  const { authorization, cookie, origin } = credentialHeaders(call)
  const presentsSession = context.holdsSession(cookie)
  const presentsBearer = bearerCredentials(authorization) !== undefined
  const presentsToken = presentsBearer || Boolean(asked?.token)
  const facts: RequestFacts = {
    presentsCredentials: presentsToken || presentsSession,
    presentsToken,
    isAuthenticated: false,
    hasQueryToken: hasQueryToken(call.target, asked),
    origin,
    originHeaders: context.originHeaders,
  }
  /** Whether a page is one of the hub's own or of a trusted origin. */
  const isKnown = (page: string) => page === call.origin || context.isTrusted(page)
  let presented: PresentedCredentials | undefined
  let caller: Principal = anonymous
  let rate: RateState | undefined
  let timings: Timings | undefined
  const finish = (answer: HttpResponse) => {
    const whole = withRules(answer, endpoint, facts, { isKnown, rate, isClosed: context.isClosed })
    if (timings) Object.assign(whole.headers, timings.headers(whole.headers))
    if (caller.kind === 'account') whole.caller = caller.via
    context.unreadBytes.add(queueOf(caller, call), whole, call.client)
    return whole
  }
  try {
    if (!asked) throw invalid('The query is not valid percent-encoded UTF-8')
    if (facts.presentsCredentials || authorization !== undefined) {
      presented = {
        authorization,
        queryToken: asked.token,
        cookie,
        address: call.address,
        userAgent: call.headers['user-agent'] as string | undefined,
        method: call.method,
        target: call.target,
        use: endpoint.use ?? 'api',
        scope: endpoint.asksForAccount?.(asked.query) ?? endpoint.scope,
        origin,
        fromForeignPage: isForeignPage(sendingPage(call, origin), isKnown),
      }
      const began = performance.now()
      caller = await context.authenticate(presented)
      if (mayReadTimings(caller))
        timings = openTimings(context.requestContext, { arrivedAt: call.arrivedAt, authMs: performance.now() - began })
    }
    addCaller(facts, caller)
    if (authorization !== undefined && !facts.isAuthenticated && (presentsBearer || !asked.token))
      facts.headerMistake = headerMistake(authorization)
    rate = context.rateLimits.countRequest(caller, call.address)
    if (rate && !rate.admitted) throw rateLimited(rate)
    rejectCrossSiteChange(endpoint, call, caller, isKnown)
    if (caller.kind === 'anonymous' && requiresCallerWhenClosed(endpoint))
      context.recordAnonymous({ address: call.address, userAgent: firstValue(call.headers['user-agent']) })
    const admission = { query: asked.query, isClosed: context.isClosed }
    const principal = authorize(endpoint, caller, admission)

    // Only JSON is shared; redirects, files and event streams set their own caching.
    const isShared =
      endpoint.reply !== undefined && isShareable(endpoint, facts) && !presentsSession && !forbidsStoring(call)
    const waiters = openWaiters(waiterOf(caller, call, context))
    const handle = async () => {
      const params = parsePart(endpoint.params, call.params, 'path')
      const query = parsePart(endpoint.query, asked.query, 'query')
      const sent = endpoint.body && parseBody(call.body, endpoint.bodyType)
      const body = parsePart(endpoint.body, sent, 'body')
      const request = {
        ...context.requestTemplate,
        params,
        query,
        body,
        idempotency: endpoint.takesIdempotencyKey && readRetry(endpoint, call, { params, sent }),
        principal,
        method: call.method,
        origin: call.origin,
        address: call.address,
        target: call.target,
        header: (name: string) => firstValue(call.headers[name]),
      } as HandlerRequest
      return context.requestContext.runFor(waiters, () => endpoint.handle(request))
    }
    if (isShared) return finish(await cachedResponse({ endpoint, call, query: asked.query, handle, waiters }, context))
    const value = timings ? await timings.measure('handle', handle) : await handle()
    if (isHandlerResponse(value)) {
      const isAuthorized = () =>
        isStillAuthorized(endpoint, { principal, presented, ...admission }, context.authenticate)
      return finish(await replyAnswer(value, call, { closing: context.closing, isAuthorized }))
    }
    const write = () => jsonContent(value, negotiateEncoding(firstValue(call.headers['accept-encoding'])))
    const content = timings ? await timings.measure('write', write) : await write()
    return finish({ status: 200, ...content })
  } catch (error) {
    if (presented && caller.kind === 'account' && caller.via.kind === 'token' && lacksScope(error, endpoint, caller))
      context.recordMissingScope(caller.via.tokenId, presented)
    if (facts.presentsToken && !facts.isAuthenticated && isUnauthorized(error)) {
      rate = context.rateLimits.countFailure(call.address)
      if (rate && !rate.admitted) return finish(failureResponse(rateLimited(rate), call.requestId, context.logFailure))
    }
    return finish(failureResponse(error, call.requestId, context.logFailure))
  }
}

const readRetry = (endpoint: Endpoint, call: HttpRequest, { params, sent }: { params: unknown; sent: unknown }) =>
  readIdempotentRequest(endpoint, { header: firstValue(call.headers['idempotency-key']), params, body: sent })

/** Returns the queue for a request's reads: one per account, and one per network of anonymous callers. */
const queueOf = (caller: Principal, { address }: HttpRequest) =>
  caller.kind === 'account'
    ? { share: 'accounts' as const, key: String(caller.accountId) }
    : { share: 'anonymous' as const, key: networkOf(address) }

function waiterOf(caller: Principal, call: HttpRequest, { unreadBytes }: Pick<EndpointContext, 'unreadBytes'>) {
  const queue = queueOf(caller, call)
  return { ...queue, ...call.client, leavesTooMuchUnread: () => unreadBytes.isOverLimit(queue) }
}

const rateLimited = ({ resetSeconds }: RateState) => new EndpointError({ kind: 'rateLimited', resetSeconds })

const isUnauthorized = (error: unknown): boolean =>
  error instanceof EndpointError && error.failure.kind === 'unauthorized'

/** Adds the facts about the caller that response headers depend on. */
function addCaller(facts: RequestFacts, caller: Principal): void {
  if (caller.kind === 'anonymous') return
  facts.isAuthenticated = true
  if (caller.via.kind !== 'token') return
  facts.isPublishable = caller.via.isPublishable
  facts.ending = caller.via.ending
}

async function replyAnswer(reply: HandlerResponse, call: HttpRequest, ends: StreamLimits): Promise<HttpResponse> {
  switch (reply.kind) {
    case 'redirect':
      return {
        status: reply.status,
        headers: { location: reply.location, 'content-type': 'text/plain; charset=utf-8' },
        body: reply.location,
      }
    case 'status':
      return reply.body === undefined ? { status: reply.status, headers: {} } : jsonResponse(reply.status, reply.body)
    case 'file':
      return serveFile(call, reply)
    case 'events':
      return eventStreamResponse(call, reply, ends)
  }
}

/** Adds what the category says of caching and CORS; bytes bring a `Cache-Control` of their own. */
function withRules(
  answer: HttpResponse,
  endpoint: Endpoint,
  facts: RequestFacts,
  { isKnown, rate, isClosed }: { isKnown: TrustedOrigins; rate: RateState | undefined; isClosed: boolean },
): HttpResponse {
  const succeeded = answer.status < 400
  const own = answer.headers['cache-control']
  const caching =
    succeeded && own !== undefined && !facts.hasQueryToken
      ? // What only those who are known may see, no cache may give to others.
        { 'cache-control': isClosed && requiresCallerWhenClosed(endpoint) ? own.replace(/^public\b/, 'private') : own }
      : cachingHeaders(succeeded ? endpoint : { ...endpoint, caching: { sharedSeconds: 0 } }, facts, succeeded)
  const cors = corsHeaders(endpoint.category, facts, isKnown)
  // How much is left is one caller's affair: what caches share says nothing of it.
  const limits = facts.isAuthenticated || !succeeded ? rate?.headers : undefined
  const bypassed = { 'cache-status': cacheStatus({ forwarded: endpoint.method === 'GET' ? 'bypass' : 'method' }) }
  return {
    ...answer,
    headers: mergeHeaders(bypassed, answer.headers, caching, cors, tokenHeaders(answer.status, facts), limits),
  }
}
