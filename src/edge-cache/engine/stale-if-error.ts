import { secondsOf } from './cache-control.ts'
import { requestDirectives } from './decide.ts'
import type { CacheRequest } from './message.ts'
import { freshFor, type StoredResponse } from './stored-response.ts'

/** What the origin did instead of answering: an error status, or nothing that could be read. */
export type OriginFailure = { status: number } | 'unreachable'

/** The failures that RFC 5861 §4 names. */
const failures = new Set([500, 502, 503, 504])

/**
 * Whether a stale answer stands in for an origin that failed. Where the answer or the caller says `stale-if-error`, for so long (RFC 5861
 * §4); where nobody says anything, for `unreachableSeconds`, and only when the origin cannot be reached at all (RFC 9111 §4.2.4).
 */
export function staleIfError(
  stored: StoredResponse,
  request: CacheRequest,
  { failure, now, unreachableSeconds }: { failure: OriginFailure; now: number; unreachableSeconds: number },
): boolean {
  if (failure !== 'unreachable' && !failures.has(failure.status)) return false
  const { rules } = stored
  if (rules.isNeverStale) return false
  const directives = rules.needsExplicitStale ? undefined : requestDirectives(request)
  const asked = directives && secondsOf(directives, 'stale-if-error')
  const unsaid = failure === 'unreachable' && !rules.needsExplicitStale ? unreachableSeconds : undefined
  const longest = asked ?? rules.staleIfErrorSeconds ?? unsaid
  return longest !== undefined && -freshFor(stored, now) <= longest * 1000
}
