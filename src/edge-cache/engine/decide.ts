import { type Directives, readDirectives, secondsOf } from './cache-control.ts'
import { hasOriginCondition, validating } from './conditions.ts'
import { type CacheRequest, fieldValue } from './message.ts'
import { ageOf, freshFor, hasValidator, type StoredResponse } from './stored-response.ts'
import { isSelected } from './vary.ts'

/** Why a request goes to the origin, in the words of RFC 9211 §2.2. */
export type ForwardReason = 'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'request' | 'stale'

/** What becomes of a request. */
export type Decision =
  /** Answered from the store at once; with `refreshes` the origin is asked afterwards (RFC 5861 §3). */
  | { kind: 'reuse'; stored: StoredResponse; refreshes: boolean }
  /** The origin is asked whether `stored` is still good: the request is sent with `headers` in place of its own. */
  | { kind: 'revalidate'; stored: StoredResponse; headers: ReturnType<typeof validating>; why: ForwardReason }
  /** The origin is asked; `stored` may help out when it fails (`staleIfError`). */
  | { kind: 'fetch'; why: ForwardReason; stored?: StoredResponse }
  /** Nobody may be asked, and there is nothing: 504 (RFC 9111 §5.2.1.7). */
  | { kind: 'refuse' }

/**
 * Decides how a request is answered (RFC 9111 §4), with `candidates` all that is kept under its URI, what came last first, at `now`, Unix milliseconds.
 */
export function decide(request: CacheRequest, candidates: readonly StoredResponse[], now: number): Decision {
  if (request.method !== 'GET' && request.method !== 'HEAD') return { kind: 'fetch', why: 'method' }
  if (hasOriginCondition(request)) return { kind: 'fetch', why: 'request' }
  const directives = requestDirectives(request)
  const decision = decideStored(request, { candidates, directives, now })
  return decision.kind !== 'reuse' && directives?.has('only-if-cached') ? { kind: 'refuse' } : decision
}

function decideStored(
  request: CacheRequest,
  {
    candidates,
    directives,
    now,
  }: { candidates: readonly StoredResponse[]; directives: Directives | undefined; now: number },
): Decision {
  if (candidates.length === 0) return { kind: 'fetch', why: 'uri-miss' }
  const stored = selected(request, candidates)
  if (!stored) return { kind: 'fetch', why: 'vary-miss' }
  if (directives?.has('no-store')) return { kind: 'fetch', why: 'request' }

  const use = usableAs(stored, directives, now)
  if (use === 'fresh' || use === 'stale') return { kind: 'reuse', stored, refreshes: false }
  if (use === 'while revalidating') return { kind: 'reuse', stored, refreshes: true }
  return hasValidator(stored)
    ? { kind: 'revalidate', stored, headers: validating(request, stored), why: use.not }
    : { kind: 'fetch', why: use.not, stored }
}

/** The newest of what a request selects, by its `Date` (RFC 9111 §4, §4.1); of the same second the first. */
function selected(request: CacheRequest, candidates: readonly StoredResponse[]): StoredResponse | undefined {
  let newest: StoredResponse | undefined
  for (const stored of candidates)
    if (isSelected(stored.selection, request) && (newest === undefined || stored.dateAt > newest.dateAt))
      newest = stored
  return newest
}

type Use = 'fresh' | 'stale' | 'while revalidating' | { not: 'request' | 'stale' }

function usableAs(stored: StoredResponse, directives: Directives | undefined, now: number): Use {
  const { rules } = stored
  if (rules.requiresValidation) return { not: 'stale' }
  const fresh = freshFor(stored, now)
  if (directives && !isUsable(directives, ageOf(stored, now), fresh)) return { not: fresh > 0 ? 'request' : 'stale' }
  if (fresh > 0) return 'fresh'
  if (rules.isNeverStale) return { not: 'stale' }
  if (-fresh < rules.staleWhileRevalidateSeconds * 1000) return 'while revalidating'
  const isAccepted = !rules.needsExplicitStale && -fresh <= maxStaleSeconds(directives) * 1000
  return isAccepted ? 'stale' : { not: 'stale' }
}

/** Whether an answer of this age, fresh for so long still, both in milliseconds, is what the caller takes (RFC 9111 §5.2.1). */
export function isUsable(directives: Directives, age: number, fresh: number): boolean {
  if (directives.has('no-cache')) return false
  const maxAge = secondsOf(directives, 'max-age')
  const minFresh = secondsOf(directives, 'min-fresh')
  if (minFresh !== undefined && fresh < minFresh * 1000) return false
  return maxAge === undefined || (maxAge > 0 && age <= maxAge * 1000)
}

/** How stale an answer the caller takes; without an argument any (RFC 9111 §5.2.1.2). */
function maxStaleSeconds(directives: Directives | undefined): number {
  const argument = directives?.get('max-stale')
  if (!directives || argument === undefined) return -1
  return argument.every((text) => text === '') ? Number.POSITIVE_INFINITY : (secondsOf(directives, 'max-stale') ?? 0)
}

/** The `Cache-Control` of a request; `Pragma: no-cache` stands for it where there is none (RFC 9111 §5.4). */
export function requestDirectives({ headers }: Pick<CacheRequest, 'headers'>): Directives | undefined {
  const value = fieldValue(headers, 'cache-control')
  if (value !== undefined) return readDirectives(value)
  const pragma = headers.pragma === undefined ? undefined : readDirectives(fieldValue(headers, 'pragma'))
  return pragma?.has('no-cache') ? pragma : undefined
}
