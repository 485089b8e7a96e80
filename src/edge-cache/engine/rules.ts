import { type Directives, fieldsOf, readDirectives, readTargeted, secondsOf } from './cache-control.ts'
import { readDate } from './dates.ts'
import { type CacheResponse, fieldValue } from './message.ts'

/** What an answer says of its own caching, read once. */
export interface ResponseRules {
  /** Whether the answer itself says how long it is fresh, or that anybody may keep it (`public`). */
  isExplicit: boolean
  isPublic: boolean
  /** `no-store`, or `private` for the whole answer. */
  forbidsStoring: boolean
  /** `must-understand`: kept only by who knows what the status means, and then despite `no-store` (RFC 9111 §5.2.2.3). */
  mustUnderstand: boolean
  /** Fields that are not kept (`private="…"`, `no-cache="…"`), in lower case. */
  withheld: readonly string[]
  /** `no-cache`: never reused without asking the origin (RFC 9111 §5.2.2.4). */
  requiresValidation: boolean
  /** Who asked with `Authorization` may be given what others got, and the other way round (RFC 9111 §3.5). */
  isSharedWithAuthorized: boolean
  lifetimeSeconds: number
  /** So long after its lifetime it may be used while it is asked for anew (RFC 5861 §3). */
  staleWhileRevalidateSeconds: number
  /** So long after its lifetime it may be used when the origin fails (RFC 5861 §4); undefined where nothing is said. */
  staleIfErrorSeconds: number | undefined
  /** It is never used stale, whatever else is said (RFC 9111 §4.2.4). */
  isNeverStale: boolean
  /** It is used stale only where the answer itself allows it: `s-maxage` (RFC 9111 §5.2.2.10). */
  needsExplicitStale: boolean
}

/** What directives for this cache alone call it. */
export const cacheName = 'modelkeep'

const heuristic = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501])
/** Statuses that may be reused for a while that nobody named (RFC 9110 §15.1); 206 is never kept here. */
export const isHeuristic = (status: number): boolean => heuristic.has(status)

const maxHeuristicSeconds = 24 * 3600

/** The rules of an answer that arrived at `receivedAt`, Unix milliseconds. */
export function rulesOf(response: CacheResponse, receivedAt: number): ResponseRules {
  const targeted = targetedDirectives(response)
  const directives = targeted ?? readDirectives(fieldValue(response.headers, 'cache-control'))
  const has = (name: string) => directives.has(name)
  const [isPrivate, noCache] = [fieldsOf(directives, 'private'), fieldsOf(directives, 'no-cache')]
  const requiresValidation = noCache === 'all'
  const explicitSeconds = explicitLifetime(directives, targeted ? {} : response.headers, receivedAt)
  const isNeverStale = has('must-revalidate') || has('proxy-revalidate') || requiresValidation
  return {
    isExplicit: explicitSeconds !== undefined || has('public'),
    isPublic: has('public'),
    forbidsStoring: isPrivate === 'all' || has('no-store'),
    mustUnderstand: has('must-understand') && isPrivate !== 'all',
    withheld: [isPrivate, noCache].flatMap((names) => (typeof names === 'string' ? [] : names)),
    requiresValidation,
    isSharedWithAuthorized: has('public') || has('must-revalidate') || has('s-maxage'),
    lifetimeSeconds: explicitSeconds ?? heuristicLifetime(response, { receivedAt, isPublic: has('public') }),
    staleWhileRevalidateSeconds: secondsOf(directives, 'stale-while-revalidate') ?? 0,
    staleIfErrorSeconds: secondsOf(directives, 'stale-if-error'),
    isNeverStale,
    needsExplicitStale: has('s-maxage'),
  }
}

/** The first field that is for caches like this one takes the place of `Cache-Control` and `Expires` (RFC 9213 §2.2). */
const targetedDirectives = ({ headers }: CacheResponse): Directives | undefined =>
  readTargeted(fieldValue(headers, 'cdn-cache-control'), cacheName) ??
  readTargeted(fieldValue(headers, 'surrogate-control')?.toLowerCase(), cacheName)

/** RFC 9111 §4.2.1: `s-maxage` before `max-age` before `Expires`. What cannot be read is stale at once. */
function explicitLifetime(
  directives: Directives,
  headers: CacheResponse['headers'],
  receivedAt: number,
): number | undefined {
  const seconds = secondsOf(directives, 's-maxage') ?? secondsOf(directives, 'max-age')
  const expires = headers.expires
  if (seconds !== undefined || expires === undefined) return seconds
  const at = readDate(typeof expires === 'string' ? expires : expires.join(), receivedAt)
  return at === undefined ? 0 : Math.max(0, (at - dateOf(headers, receivedAt)) / 1000)
}

/** A tenth of the time that it had not changed for (RFC 9111 §4.2.2), a day at most. */
function heuristicLifetime(
  { status, headers }: CacheResponse,
  { receivedAt, isPublic }: { receivedAt: number; isPublic: boolean },
): number {
  const changed = readDate(fieldValue(headers, 'last-modified'), receivedAt)
  if (changed === undefined || !(isHeuristic(status) || isPublic)) return 0
  const seconds = (dateOf(headers, receivedAt) - changed) / 10_000
  return Math.min(Math.max(0, seconds), maxHeuristicSeconds)
}

/** When the answer was made, by its `Date`; where that is missing or invalid, when it arrived (RFC 9110 §6.6.1). */
export const dateOf = (headers: CacheResponse['headers'], receivedAt: number): number =>
  readDate(fieldValue(headers, 'date'), receivedAt) ?? receivedAt
