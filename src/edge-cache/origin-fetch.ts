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
import { type StoredHead, storing } from './engine/storing.ts'
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
  answer: EdgeResponse
  outcome: Promise<Outcome> | Outcome
}

interface ExchangeOptions {
  store: ResponseStore
  /** Unix milliseconds. */
  now: () => number
  maxAnswerBytes: number
  /** So long a stale answer stands in for an origin that cannot be reached, where nobody says how long. */
  unreachableSeconds: number
}

/** Exchanges with the origin, each of which brings the store up to date. */
export interface OriginFetches {
  /** Asks the origin as it was decided, and answers from what it says. Rejects as `origin` does. */
  ask(request: EdgeRequest, decision: Forwarded, origin: AskedOrigin): Promise<OriginFetch>
  /** A stale answer in the place of a failure, where that is allowed. */
  standIn(request: EdgeRequest, decision: Forwarded, failure: OriginFailure): EdgeResponse | undefined
  /** Nothing with one of these tags that is on its way is kept when it arrives. */
  drop(tags: readonly string[]): void
  /** Nothing that is on its way is kept when it arrives. */
  clear(): void
}

/** An exchange that is not over, and what became invalid meanwhile. */
interface Underway {
  url: string
  isForfeit: boolean
  dropped: Set<string>
}

/** What the origin said, and to what. */
interface Arrival {
  request: EdgeRequest
  decision: Forwarded
  response: OriginResponse
  times: ExchangeTimes
  exchange: Underway
}

export function openOriginFetches({ store, now, maxAnswerBytes, unreachableSeconds }: ExchangeOptions): OriginFetches {
  const underway = new Set<Underway>()

  async function ask(request: EdgeRequest, decision: Forwarded, origin: AskedOrigin): Promise<OriginFetch> {
    const exchange = { url: request.url, isForfeit: false, dropped: new Set<string>() }
    underway.add(exchange)
    try {
      const requestedAt = now()
      const response = await origin(
        decision.kind === 'revalidate' ? { ...request, headers: decision.headers } : request,
      )
      const arrival = { request, decision, response, times: { requestedAt, receivedAt: now() }, exchange }
      const done = await received(arrival)
      if (done) {
        void Promise.resolve(done.outcome).then(() => underway.delete(exchange))
        return done
      }
    } catch (error) {
      underway.delete(exchange)
      const answer = standIn(request, decision, 'unreachable')
      if (!answer) throw error
      return { answer, outcome: { failure: 'unreachable', error } }
    }
    underway.delete(exchange)
    return ask({ ...request, headers: unconditional(request) }, { kind: 'fetch', why: decision.why }, origin)
  }

  /** Undefined where the origin has to be asked again, without conditions. */
  function received(arrival: Arrival): Promise<OriginFetch> | OriginFetch | undefined {
    const { request, decision, response } = arrival
    const failure = { status: response.status }
    const stale = standIn(request, decision, failure)
    if (stale) {
      discard(response.body)
      return { answer: stale, outcome: { failure } }
    }
    if (decision.kind === 'revalidate' && response.status === 304) return validated(arrival, decision.stored)
    if (request.method === 'HEAD' && response.status === 200 && decision.stored) return toHead(arrival, decision.stored)
    return anew(arrival)
  }

  /** RFC 9111 §4.3.3: what is kept is good, as the 304 has it. */
  function validated(
    { request, decision, response, times, exchange }: Arrival,
    before: StoredResponse,
  ): OriginFetch | undefined {
    const update = updated(before, request, { notModified: response, times })
    if (!update?.isKept) store.forget([request.url])
    if (!update) return undefined
    const isStored = update.isKept && keep(exchange, request, update.stored, response.tags)
    const handling = { forwarded: decision.why, forwardStatus: 304, isStored }
    return { answer: fromStore(update.stored, request, now(), handling), outcome: isStored ? 'kept' : 'passed' }
  }

  /** RFC 9111 §4.3.5: a 200 to HEAD tells of what is kept for GET. */
  function toHead(arrival: Arrival, before: StoredResponse): OriginFetch {
    const { request, decision, response, times, exchange } = arrival
    const update = updatedByHead(before, request, { head: response, times })
    if (update !== 'stale' && update.isKept && keep(exchange, request, update.stored, response.tags))
      return { answer: fromStore(update.stored, request, now(), { forwarded: decision.why }), outcome: 'passed' }
    store.forget([request.url])
    return passing(arrival)
  }

  /** An answer that is none from the store: kept where it may be, and passed on. */
  function anew(arrival: Arrival): Promise<OriginFetch> | OriginFetch {
    const { request, decision, response, times } = arrival
    underway.delete(arrival.exchange)
    invalidate(invalidated(request, response))
    underway.add(arrival.exchange)
    const head = request.isBypassed ? undefined : storing(request, response, times)
    if (head) return keeping(arrival, head)
    // What was kept is out of date, and nothing takes its place.
    if (decision.stored && response.status < 500) store.forget([request.url])
    return passing(arrival)
  }

  async function keeping(arrival: Arrival, head: StoredHead): Promise<OriginFetch> {
    const { request, decision, response, exchange } = arrival
    const settle = (body: Buffer): { stored: StoredResponse; isStored: boolean } => {
      const stored = { ...head, body }
      return { stored, isStored: keep(exchange, request, stored, response.tags) }
    }
    const asStored = ({ stored, isStored }: ReturnType<typeof settle>): OriginFetch => ({
      answer:
        request.method === 'GET'
          ? fromStore(stored, request, now(), { forwarded: decision.why, isStored })
          : passing(arrival, isStored).answer,
      outcome: isStored ? 'kept' : 'passed',
    })
    if (!(response.body instanceof Readable)) return asStored(settle(response.body ?? nothing))
    if (Number(fieldValue(response.headers, 'content-length') ?? 0) > maxAnswerBytes) return passing(arrival)

    const { passed, whole } = bufferBody(response.body, maxAnswerBytes)
    // The caller's own conditions were not sent to the origin, and are still to be answered.
    const isToEvaluate = decision.kind === 'revalidate' && isConditional(request)
    const body = isToEvaluate ? await whole : undefined
    if (body) {
      discard(passed)
      return asStored(settle(body))
    }
    const outcome = whole.then((all) => (all && settle(all).isStored ? 'kept' : 'passed'))
    const { answer } = passing(arrival, response.headers['content-length'] !== undefined)
    return { answer: { ...answer, body: passed }, outcome }
  }

  function passing({ decision, response, times }: Arrival, isStored = false): OriginFetch {
    const headers = endToEnd(response.headers)
    // RFC 9110 §6.6.1
    headers.date ??= new Date(times.receivedAt).toUTCString()
    const handling = { forwarded: decision.why, isStored }
    headers['cache-status'] = cacheStatus(handling, fieldValue(headers, 'cache-status'))
    return { answer: { status: response.status, headers, body: response.body, handling }, outcome: 'passed' }
  }

  function standIn(request: EdgeRequest, { why, stored }: Forwarded, failure: OriginFailure): EdgeResponse | undefined {
    if (!stored || !staleIfError(stored, request, { failure, now: now(), unreachableSeconds })) return undefined
    const forwardStatus = failure === 'unreachable' ? undefined : failure.status
    return fromStore(stored, request, now(), { forwarded: why, forwardStatus, detail: 'stale-if-error' })
  }

  function keep(
    exchange: Underway,
    request: EdgeRequest,
    stored: StoredResponse,
    tags: readonly string[] = [],
  ): boolean {
    if (exchange.isForfeit || tags.some((tag) => exchange.dropped.has(tag))) return false
    return store.keep(request, stored, tags)
  }

  function invalidate(urls: readonly string[]): void {
    store.forget(urls)
    for (const exchange of underway) if (urls.includes(exchange.url)) exchange.isForfeit = true
  }

  return {
    ask,
    standIn,
    drop(tags) {
      for (const { dropped } of underway) for (const tag of tags) dropped.add(tag)
    },
    clear() {
      for (const exchange of underway) exchange.isForfeit = true
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

const nothing = Buffer.alloc(0)

/** Lets go of a body that nobody reads. */
export function discard(body: EdgeResponse['body']): void {
  if (body instanceof Readable) body.on('error', () => {}).destroy()
}
