import { Readable } from 'node:stream'
import { bufferBody } from './buffer-body.ts'
import { cacheStatus, type Handling } from './engine/cache-status.ts'
import { isConditional, unconditional } from './engine/conditions.ts'
import type { Decision } from './engine/decide.ts'
import { invalidated } from './engine/invalidated.ts'
import { type CacheRequest, type ExchangeTimes, endToEnd, fieldValue, type HeaderFields } from './engine/message.ts'
import { type ResponseFromCache, responseFromCache } from './engine/response-from-cache.ts'
import { type OriginFailure, staleIfError } from './engine/stale-if-error.ts'
import { freshFor, type StoredResponse } from './engine/stored-response.ts'
import { type StoredHead, storableHead } from './engine/storing.ts'
import { updated, updatedByHead } from './engine/updating.ts'
import type { ResponseStore } from './response-store.ts'

export interface EdgeRequest extends CacheRequest {
  /** The cache has no part in it: nothing is looked up for it or kept of it. */
  isBypassed?: boolean
}

export interface OriginResponse {
  status: number
  headers: HeaderFields
  body?: Buffer | Readable | undefined
  /** What `drop` finds it by. */
  tags?: readonly string[] | undefined
}

/**
 * Asks the origin: `request` as it is to be sent, conditions included. Rejects where there is no answer to be had. With `isForOthers`
 * others want the answer as well, so that asking goes on when the caller is gone.
 */
export type Origin = (request: EdgeRequest, isForOthers: boolean) => Promise<OriginResponse>

export interface EdgeResponse extends Omit<ResponseFromCache, 'body'> {
  body: Buffer | Readable | undefined
  /** What the cache had to do with it; nothing where neither it nor the origin gave the answer. */
  handling?: Handling
}

/** A decision that the origin is to be asked. */
export type Forwarded = Extract<Decision, { kind: 'fetch' | 'revalidate' }>

/** The origin, told already whether others want the answer. */
type AskedOrigin = (request: EdgeRequest) => Promise<OriginResponse>

/** What came of an exchange for others who want the same. */
export type Outcome = 'kept' | 'passed' | { failure: OriginFailure; error?: unknown }

export interface OriginFetch {
  served: EdgeResponse
  outcome: Promise<Outcome> | Outcome
}

interface OriginFetchOptions {
  store: ResponseStore
  /** Unix milliseconds. */
  now: () => number
  maxResponseBytes: number
  /** So long a stale answer stands in for an origin that cannot be reached, where nobody says how long. */
  unreachableSeconds: number
}

/** Exchanges with the origin, each of which brings the store up to date. */
export interface OriginFetches {
  /** Asks the origin as it was decided, and answers from what it says. Rejects as `origin` does. */
  fetch(request: EdgeRequest, decision: Forwarded, origin: AskedOrigin): Promise<OriginFetch>
  /** A stale answer in the place of a failure, where that is allowed. */
  serveStaleOnError(request: EdgeRequest, decision: Forwarded, failure: OriginFailure): EdgeResponse | undefined
  /** Nothing with one of these tags that is on its way is kept when it arrives. */
  invalidateTags(tags: readonly string[]): void
  /** Nothing that is on its way is kept when it arrives. */
  clear(): void
}

/** An exchange that is not over, and what became invalid meanwhile. */
interface InFlight {
  url: string
  isInvalidated: boolean
  invalidTags: Set<string>
}

/** What the origin said, and to what. */
interface ReceivedResponse {
  request: EdgeRequest
  decision: Forwarded
  response: OriginResponse
  times: ExchangeTimes
  inFlight: InFlight
}

export function openOriginFetches({
  store,
  now,
  maxResponseBytes,
  unreachableSeconds,
}: OriginFetchOptions): OriginFetches {
  const inFlightFetches = new Set<InFlight>()

  async function fetch(request: EdgeRequest, decision: Forwarded, origin: AskedOrigin): Promise<OriginFetch> {
    const exchange = { url: request.url, isInvalidated: false, invalidTags: new Set<string>() }
    inFlightFetches.add(exchange)
    try {
      const requestedAt = now()
      const response = await origin(
        decision.kind === 'revalidate' ? { ...request, headers: decision.headers } : request,
      )
      const arrival = { request, decision, response, times: { requestedAt, receivedAt: now() }, inFlight: exchange }
      const done = await onResponse(arrival)
      if (done) {
        void Promise.resolve(done.outcome).then(() => inFlightFetches.delete(exchange))
        return done
      }
    } catch (error) {
      inFlightFetches.delete(exchange)
      const served = serveStaleOnError(request, decision, 'unreachable')
      if (!served) throw error
      return { served, outcome: { failure: 'unreachable', error } }
    }
    inFlightFetches.delete(exchange)
    return fetch({ ...request, headers: unconditional(request) }, { kind: 'fetch', why: decision.why }, origin)
  }

  /** Undefined where the origin has to be asked again, without conditions. */
  function onResponse(arrival: ReceivedResponse): Promise<OriginFetch> | OriginFetch | undefined {
    const { request, decision, response } = arrival
    const failure = { status: response.status }
    const stale = serveStaleOnError(request, decision, failure)
    if (stale) {
      discard(response.body)
      return { served: stale, outcome: { failure } }
    }
    if (decision.kind === 'revalidate' && response.status === 304) return onNotModified(arrival, decision.stored)
    if (request.method === 'HEAD' && response.status === 200 && decision.stored) return onHead(arrival, decision.stored)
    return onNewResponse(arrival)
  }

  /** RFC 9111 §4.3.3: what is kept is good, as the 304 has it. */
  function onNotModified(
    { request, decision, response, times, inFlight }: ReceivedResponse,
    before: StoredResponse,
  ): OriginFetch | undefined {
    const update = updated(before, request, { notModified: response, times })
    if (!update?.isStorable) store.delete([request.url])
    if (!update) return undefined
    const isStored = update.isStorable && storeUnlessInvalidated(inFlight, request, update.stored, response.tags)
    const handling = { forwarded: decision.why, forwardStatus: 304, isStored }
    return { served: fromStore(update.stored, request, now(), handling), outcome: isStored ? 'kept' : 'passed' }
  }

  /** RFC 9111 §4.3.5: a 200 to HEAD tells of what is kept for GET. */
  function onHead(arrival: ReceivedResponse, before: StoredResponse): OriginFetch {
    const { request, decision, response, times, inFlight } = arrival
    const update = updatedByHead(before, request, { head: response, times })
    if (
      update !== 'stale' &&
      update.isStorable &&
      storeUnlessInvalidated(inFlight, request, update.stored, response.tags)
    )
      return { served: fromStore(update.stored, request, now(), { forwarded: decision.why }), outcome: 'passed' }
    store.delete([request.url])
    return passThrough(arrival)
  }

  /** An answer that is none from the store: kept where it may be, and passed on. */
  function onNewResponse(arrival: ReceivedResponse): Promise<OriginFetch> | OriginFetch {
    const { request, decision, response, times } = arrival
    inFlightFetches.delete(arrival.inFlight)
    invalidate(invalidated(request, response))
    inFlightFetches.add(arrival.inFlight)
    const head = request.isBypassed ? undefined : storableHead(request, response, times)
    if (head) return storeAndServe(arrival, head)
    // What was kept is out of date, and nothing takes its place.
    if (decision.stored && response.status < 500) store.delete([request.url])
    return passThrough(arrival)
  }

  async function storeAndServe(arrival: ReceivedResponse, head: StoredHead): Promise<OriginFetch> {
    const { request, decision, response, inFlight } = arrival
    const settle = (body: Buffer): { stored: StoredResponse; isStored: boolean } => {
      const stored = { ...head, body }
      return { stored, isStored: storeUnlessInvalidated(inFlight, request, stored, response.tags) }
    }
    const asStored = ({ stored, isStored }: ReturnType<typeof settle>): OriginFetch => ({
      served:
        request.method === 'GET'
          ? fromStore(stored, request, now(), { forwarded: decision.why, isStored })
          : passThrough(arrival, isStored).served,
      outcome: isStored ? 'kept' : 'passed',
    })
    if (!(response.body instanceof Readable)) return asStored(settle(response.body ?? emptyBody))
    if (Number(fieldValue(response.headers, 'content-length') ?? 0) > maxResponseBytes) return passThrough(arrival)

    const { passed, whole } = bufferBody(response.body, maxResponseBytes)
    // The caller's own conditions were not sent to the origin, and are still to be answered.
    const isToEvaluate = decision.kind === 'revalidate' && isConditional(request)
    const body = isToEvaluate ? await whole : undefined
    if (body) {
      discard(passed)
      return asStored(settle(body))
    }
    const outcome = whole.then((all) => (all && settle(all).isStored ? 'kept' : 'passed'))
    const { served } = passThrough(arrival, response.headers['content-length'] !== undefined)
    return { served: { ...served, body: passed }, outcome }
  }

  function passThrough({ decision, response, times }: ReceivedResponse, isStored = false): OriginFetch {
    const headers = endToEnd(response.headers)
    // RFC 9110 §6.6.1
    headers.date ??= new Date(times.receivedAt).toUTCString()
    const handling = { forwarded: decision.why, isStored }
    headers['cache-status'] = cacheStatus(handling, fieldValue(headers, 'cache-status'))
    return { served: { status: response.status, headers, body: response.body, handling }, outcome: 'passed' }
  }

  function serveStaleOnError(
    request: EdgeRequest,
    { why, stored }: Forwarded,
    failure: OriginFailure,
  ): EdgeResponse | undefined {
    if (!stored || !staleIfError(stored, request, { failure, now: now(), unreachableSeconds })) return undefined
    const forwardStatus = failure === 'unreachable' ? undefined : failure.status
    return fromStore(stored, request, now(), { forwarded: why, forwardStatus, detail: 'stale-if-error' })
  }

  function storeUnlessInvalidated(
    exchange: InFlight,
    request: EdgeRequest,
    stored: StoredResponse,
    tags: readonly string[] = [],
  ): boolean {
    if (exchange.isInvalidated || tags.some((tag) => exchange.invalidTags.has(tag))) return false
    return store.put(request, stored, tags)
  }

  function invalidate(urls: readonly string[]): void {
    store.delete(urls)
    for (const exchange of inFlightFetches) if (urls.includes(exchange.url)) exchange.isInvalidated = true
  }

  return {
    fetch,
    serveStaleOnError,
    invalidateTags(tags) {
      for (const { invalidTags } of inFlightFetches) for (const tag of tags) invalidTags.add(tag)
    },
    clear() {
      for (const exchange of inFlightFetches) exchange.isInvalidated = true
    },
  }
}

/** Answers from the store, and says how that came about. */
export function fromStore(stored: StoredResponse, request: CacheRequest, now: number, how: Handling): EdgeResponse {
  const answer = responseFromCache(stored, request, now)
  const before = fieldValue(stored.headers, 'cache-status')
  const handling = { freshFor: freshFor(stored, now), ...how }
  answer.headers['cache-status'] = cacheStatus(handling, before)
  return { ...answer, handling }
}

const emptyBody = Buffer.alloc(0)

/** Lets go of a body that nobody reads. */
export function discard(body: EdgeResponse['body']): void {
  if (body instanceof Readable) body.on('error', () => {}).destroy()
}
