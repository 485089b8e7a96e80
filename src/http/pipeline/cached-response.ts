import { networkOf } from '../../auth/networks.ts'
import { negotiateEncoding } from '../../edge-cache/encodings.ts'
import { cacheStatus, type Handling } from '../../edge-cache/engine/cache-status.ts'
import { isUsable, requestDirectives } from '../../edge-cache/engine/decide.ts'
import type { CachedResponse, ProducedResponse, ResponseCache } from '../../edge-cache/response-cache.ts'
import type { Endpoint, QueryUse } from '../../endpoints/core/define.ts'
import { EndpointError } from '../../endpoints/core/errors.ts'
import type { CacheOutcome } from '../../metrics/request-meter.ts'
import type { OpenWaiters } from '../../request-context/request-context.ts'
import { evaluatePreconditions } from '../bytes/validators.ts'
import { failureResponse } from '../error-response.ts'
import type { HttpResponse } from '../response.ts'
import { sharedLifetime } from './cache-and-cors-policy.ts'
import { cacheKeyOf } from './cache-key.ts'
import { firstValue, type HttpRequest } from './http-request.ts'
import { plainJson } from './json-content.ts'

/** So long that something is not there is remembered at most, in seconds: it may come by a way that tells nobody. */
const notFoundSeconds = 10

/** The answer that everybody without credentials gets: from the cache, or made for it. */
export async function cachedResponse(
  {
    endpoint,
    call,
    query,
    handle,
    waiters,
  }: {
    endpoint: Endpoint
    call: HttpRequest
    query: QueryUse
    handle: () => Promise<unknown>
    waiters: OpenWaiters
  },
  { cache, logFailure }: { cache: ResponseCache; logFailure: (requestId: string, error: unknown) => void },
): Promise<HttpResponse> {
  const produce = async (): Promise<ProducedResponse> => {
    try {
      const value = await handle()
      return { status: 200, ...plainJson(value), tags: endpoint.shows?.(value), ...sharedLifetime(endpoint) }
    } catch (error) {
      if (!(error instanceof EndpointError && error.failure.kind === 'notFound')) throw error
      const { status, headers, body } = failureResponse(error, call.requestId, logFailure)
      return { status, headers, body: Buffer.from(body), freshSeconds: notFoundSeconds, staleSeconds: 0 }
    }
  }
  const directives = requestDirectives(call)
  const { answer, handling } = await cache.getOrProduce(
    {
      key: cacheKeyOf(endpoint, call, query),
      waiters,
      requester: networkOf(call.address),
      encoding: negotiateEncoding(firstValue(call.headers['accept-encoding'])),
      ...(directives && { isAcceptable: (age: number, freshFor: number) => isUsable(directives, age, freshFor) }),
    },
    produce,
  )
  const isHit = handling.forwarded === undefined
  const status = { 'cache-status': cacheStatus(handling), ...(isHit && { age: ageOf(answer) }) }
  const { headers, body, etag } = answer
  const outcome = { cacheOutcome: outcomeOf(handling) }
  if (answer.status !== 200) return { status: answer.status, headers: { ...headers, ...status }, body, ...outcome }
  const shared = { ...status, etag }
  const ifNoneMatch = firstValue(call.headers['if-none-match'])
  if (evaluatePreconditions({ ifMatch: undefined, ifNoneMatch }, etag) === 'go on')
    return { status: 200, headers: { ...headers, ...shared }, body, cached: answer, ...outcome }
  // Nothing but what tells caches how to keep what they have (RFC 9110 §15.4.5).
  const unchanged = { ...shared, ...(headers.vary !== undefined && { vary: headers.vary }) }
  return { status: 304, headers: unchanged, cached: answer, ...outcome }
}

/** The same in one word. */
function outcomeOf({ forwarded, freshFor = 0, isCollapsed }: Handling): CacheOutcome {
  if (forwarded === undefined) return freshFor > 0 ? 'hit' : 'stale'
  return isCollapsed ? 'collapsed' : 'miss'
}

/** Whole seconds since an answer was made (RFC 9111 §5.1). */
export const ageOf = ({ producedAt }: CachedResponse, now = Date.now()): string =>
  String(Math.max(0, Math.floor((now - producedAt) / 1000)))

/** Whether a client wants nothing of this kept (RFC 9111 §5.2.1.5). */
export const forbidsStoring = (call: HttpRequest): boolean => requestDirectives(call)?.has('no-store') ?? false
