import { readDate } from './dates.ts'
import { type CacheRequest, fieldValue } from './message.ts'
import type { StoredResponse } from './stored-response.ts'

/** Conditions that a cache evaluates by itself, on an answer it keeps. */
const evaluated = ['if-none-match', 'if-modified-since'] as const
/** Conditions that only the origin evaluates (RFC 9111 §4.3.2, RFC 9110 §13.1.1, §13.1.4). */
const ofOrigin = ['if-match', 'if-unmodified-since'] as const

/** Whether a request names a condition that no cache may evaluate. */
export const hasOriginCondition = ({ headers }: CacheRequest): boolean =>
  ofOrigin.some((name) => headers[name] !== undefined)

/**
 * Whether the caller has this answer already (RFC 9111 §4.3.2). `If-None-Match` counts before `If-Modified-Since`; without a
 * `Last-Modified` the answer's `Date` stands for it; what is no date counts for nothing (RFC 9110 §13.1.3).
 */
export function isNotModified(stored: StoredResponse, { headers }: CacheRequest, now: number): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined) return matchesSome(fieldValue(headers, 'if-none-match') ?? '', stored.etag)
  const since = headers['if-modified-since']
  const sinceAt = typeof since === 'string' ? readDate(since, now) : undefined
  return sinceAt !== undefined && (stored.lastModifiedAt ?? stored.dateAt) <= sinceAt
}

/** RFC 9110 §13.1.2: any tag of the list by weak comparison, or `*`. */
function matchesSome(list: string, etag: string | undefined): boolean {
  if (list === etag || list.trim() === '*') return true
  if (etag === undefined) return false
  const tags: string[] = list.match(/(?:W\/)?"[^"]*"|[^\s,"]+/g) ?? []
  return tags.some((tag) => opaque(tag) === opaque(etag))
}

const opaque = (tag: string) => tag.replace(/^W\//, '')

/** A strong validator: one that changes with every byte (RFC 9110 §8.8.1). */
const isStrong = (etag: string) => /^"[^"]*"$/.test(etag)

/**
 * Whether the range that a request asks for is one of this answer (RFC 9110 §13.1.5): compared strongly, a date to the letter and only
 * where a second or more lies between the change and the answer (§8.8.2.2).
 */
export function isRangeOf(stored: StoredResponse, { headers }: CacheRequest): boolean {
  const condition = fieldValue(headers, 'if-range')
  if (condition === undefined) return true
  if (condition.includes('"')) return isStrong(condition) && condition === stored.etag
  return (
    condition === fieldValue(stored.headers, 'last-modified') &&
    stored.lastModifiedAt !== undefined &&
    stored.dateAt - stored.lastModifiedAt >= 1000
  )
}

/** Whether two tags are strong and the same (RFC 9110 §8.8.3.2). */
export const matchesStrongly = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && one === other && isStrong(one)

/** Whether a request asks for something other than the whole answer, whatever the caller has. */
export const isConditional = ({ headers }: CacheRequest): boolean =>
  headers.range !== undefined || evaluated.some((name) => headers[name] !== undefined)

/** The fields of a request without the caller's conditions, so that the origin gives the whole answer. */
export function unconditional({ headers }: CacheRequest): Record<string, string | readonly string[]> {
  const sent: Record<string, string | readonly string[]> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && !ofCaller.has(name)) sent[name] = value
  }
  return sent
}

const ofCaller = new Set<string>([...evaluated, 'range', 'if-range'])

/** The same, asking whether `stored` is still good (RFC 9111 §4.3.1): the origin gives a 304 or the whole answer. */
export function validating(request: CacheRequest, stored: StoredResponse): Record<string, string | readonly string[]> {
  const sent = unconditional(request)
  const lastModified = fieldValue(stored.headers, 'last-modified')
  if (stored.etag !== undefined) sent['if-none-match'] = stored.etag
  if (stored.lastModifiedAt !== undefined && lastModified !== undefined) sent['if-modified-since'] = lastModified
  return sent
}
