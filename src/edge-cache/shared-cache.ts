import { LRUCache } from 'lru-cache'
import { isConditional, unconditional, validating } from './engine/conditions.ts'
import { decide, requestDirectives } from './engine/decide.ts'
import { cacheName } from './engine/rules.ts'
import type { StoredResponse } from './engine/stored-response.ts'
import { selectionOf } from './engine/vary.ts'
import {
  discard,
  type EdgeRequest,
  type EdgeResponse,
  type Forwarded,
  fromStore,
  type Origin,
  type OriginFetch,
  type Outcome,
  openOriginFetches,
} from './origin-fetch.ts'
import { openResponseStore, type ResponseStore } from './response-store.ts'

/** A shared HTTP cache in memory. */
export interface SharedCache {
  /** Answers from what is kept, or asks `origin` and keeps what may be kept. Rejects as `origin` does. */
  respond(request: EdgeRequest, origin: Origin): EdgeResponse | Promise<EdgeResponse>
  /** Forgets all answers with one of these tags, also those on their way. */
  purgeTags(tags: readonly string[]): void
  /** Forgets everything, also what is on its way. */
  clear(): void
  size: ResponseStore['size']
}

export interface SharedCacheOptions {
  /** All that is kept, with headers and keys; 256 MB where it is left out. */
  maxBytes?: number
  /** One answer; a sixteenth of everything where it is left out. Larger ones are passed on only. */
  maxResponseBytes?: number
  /** Unix milliseconds. */
  now?: () => number
  /** So long a stale answer stands in for an origin that cannot be reached, where nobody says how long (RFC 9111 §4.2.4). */
  unreachableSeconds?: number
  /** Told when asking for a newer answer in the background failed. */
  onRefreshFailed?: (error: unknown) => void
}

/** So long requests for something that could not be shared are not made to wait for each other. */
const unsharedMilliseconds = 10_000
/** So often a request joins or leads others before it goes by itself. */
const maxAttempts = 3

/** Opens an empty cache. */
export function openSharedCache({
  maxBytes = 256 * 1024 * 1024,
  maxResponseBytes = Math.ceil(maxBytes / 16),
  now = Date.now,
  unreachableSeconds = 600,
  onRefreshFailed = () => {},
}: SharedCacheOptions = {}): SharedCache {
  const store = openResponseStore({ maxBytes, maxResponseBytes })
  const fetches = openOriginFetches({ store, now, maxResponseBytes, unreachableSeconds })
  /** Requests to the origin that others wait for. */
  const inFlight = new Map<string, Promise<Outcome>>()
  /** What was asked for lately, and could not be shared. */
  const unshared = new LRUCache<string, true>({ max: 10_000, ttl: unsharedMilliseconds })

  function respond(request: EdgeRequest, origin: Origin): EdgeResponse | Promise<EdgeResponse> {
    if (request.isBypassed) return direct(request, { kind: 'fetch', why: 'bypass' }, origin)
    const candidates = store.find(request.url)
    const decision = decide(request, candidates, now())
    switch (decision.kind) {
      case 'refuse':
        return onlyIfCachedError()
      case 'reuse':
        if (decision.refreshes) refresh(request, decision.stored, origin)
        return fromStore(decision.stored, request, now(), {})
      default:
        return isCoalescable(request, decision) && !unshared.has(coalescingGroup(request))
          ? coalesced(request, decision, origin)
          : direct(request, decision, origin)
    }
  }

  async function direct(request: EdgeRequest, decision: Forwarded, origin: Origin): Promise<EdgeResponse> {
    const { served, outcome } = await fetches.fetch(request, decision, (sent) => origin(sent, false))
    void Promise.resolve(outcome).then((came) => came === 'kept' && unshared.delete(coalescingGroup(request)))
    return served
  }

  /** Leads, or waits for who leads already: however many ask for the same, the origin is asked once. */
  async function coalesced(request: EdgeRequest, first: Forwarded, origin: Origin): Promise<EdgeResponse> {
    let decision = first
    for (let turn = 0; turn < maxAttempts; turn++) {
      const key = coalescingKey(request, store.find(request.url))
      const flight = inFlight.get(key)
      if (!flight) return (await fetchAsLeader(key, request, decision, origin)).served

      const outcome = await flight
      if (typeof outcome === 'object') {
        const stale = fetches.serveStaleOnError(request, decision, outcome.failure)
        if (stale) return stale
        if (outcome.error) throw outcome.error
        break
      }
      const next = decide(request, store.find(request.url), now())
      if (next.kind === 'reuse')
        return fromStore(next.stored, request, now(), { forwarded: decision.why, isCollapsed: true })
      if (next.kind === 'refuse') return onlyIfCachedError()
      decision = next
      // It was another variant: those who want this one may wait for each other again.
      if (outcome !== 'kept' || next.why !== 'vary-miss') break
    }
    return direct(request, decision, origin)
  }

  function fetchAsLeader(key: string, request: EdgeRequest, decision: Forwarded, origin: Origin): Promise<OriginFetch> {
    const exchange = fetches.fetch(request, decision, (sent) => origin(sent, true))
    const flight = exchange
      .then(({ outcome }) => outcome)
      .catch((error: unknown): Outcome => ({ failure: 'unreachable', error }))
      .finally(() => inFlight.delete(key))
      .then((outcome) => {
        if (outcome === 'passed') unshared.set(coalescingGroup(request), true)
        return outcome
      })
    inFlight.set(key, flight)
    return exchange
  }

  /** Asks for a newer answer while the stale one is used: one request at a time (RFC 5861 §3). */
  function refresh(request: EdgeRequest, stored: StoredResponse, origin: Origin): void {
    const key = coalescingKey(request, store.find(request.url))
    if (inFlight.has(key)) return
    const get = { ...request, method: 'GET', headers: unconditional(request) }
    const decision: Forwarded = { kind: 'revalidate', stored, headers: validating(get, stored), why: 'stale' }
    fetchAsLeader(key, get, decision, origin).then(({ served }) => discard(served.body), onRefreshFailed)
  }

  return {
    respond,
    purgeTags(tags) {
      store.deleteTagged(tags)
      fetches.invalidateTags(tags)
    },
    clear() {
      store.clear()
      fetches.clear()
    },
    size: store.size,
  }
}

/**
 * Whether others may wait for the answer: it is the whole answer to a GET, and might be kept. Who says who they are goes by themselves,
 * since what they get is most often theirs alone.
 */
const isCoalescable = (request: EdgeRequest, { kind }: Forwarded): boolean =>
  request.method === 'GET' &&
  request.headers.authorization === undefined &&
  (kind === 'revalidate' || !isConditional(request)) &&
  !requestDirectives(request)?.has('no-store')

/** Those with cookies wait for each other alone: they may be known, and what they get be theirs. */
const coalescingGroup = ({ url, headers }: EdgeRequest): string =>
  headers.cookie === undefined ? url : `${url}\ncookie`

/** Requests with one key are likely to get the same answer: one group, and the same values of what its answers varied on so far. */
function coalescingKey(request: EdgeRequest, candidates: readonly StoredResponse[]): string {
  const [newest] = candidates
  const group = coalescingGroup(request)
  if (!newest) return group
  const names = newest.selection.map(([name]) => name)
  return `${group}\n${JSON.stringify(selectionOf(names, request))}`
}

/** RFC 9111 §5.2.1.7 */
function onlyIfCachedError(): EdgeResponse {
  const body = Buffer.from(
    JSON.stringify({ error: 'Nothing is cached that could be used, and only-if-cached was asked for' }),
  )
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(body.length),
    'cache-control': 'no-store',
    'cache-status': `${cacheName}; detail=only-if-cached`,
  }
  return { status: 504, headers, body }
}
