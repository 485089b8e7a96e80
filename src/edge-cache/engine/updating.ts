import { matchesStrongly } from './conditions.ts'
import { type CacheRequest, type CacheResponse, type ExchangeTimes, endToEnd, fieldValue } from './message.ts'
import { dateOf } from './rules.ts'
import type { StoredResponse } from './stored-response.ts'
import { headOf, storableHead } from './storing.ts'

/** What became of a stored answer by a newer word of the origin. */
export interface UpdatedResponse {
  stored: StoredResponse
  /** Whether it may be kept as it is now; if not, it answers this one request. */
  isStorable: boolean
}

/**
 * The stored answer with the fields of a 304 that its validators brought (RFC 9111 §4.3.4, §3.2). Undefined where the 304
 * names another answer than the stored one, and so tells nothing of it.
 */
export function updated(
  stored: StoredResponse,
  request: CacheRequest,
  { notModified, times }: { notModified: CacheResponse; times: ExchangeTimes },
): UpdatedResponse | undefined {
  const etag = fieldValue(notModified.headers, 'etag')
  const isOfStored = etag === undefined || matchesStrongly(etag, stored.etag) || isSameWeakly(etag, stored.etag)
  return isOfStored ? withFieldsOf(stored, request, { response: notModified, times }) : undefined
}

/** A weak tag names any answer that has it, weak or strong (RFC 9111 §4.3.4). */
const isSameWeakly = (etag: string, stored: string | undefined): boolean =>
  etag.startsWith('W/') && etag.slice(2) === stored?.replace(/^W\//, '')

/**
 * The stored answer to GET with the fields of a 200 to HEAD; `'stale'` where the two are not of the same content, so
 * that the stored one is not to be used any more (RFC 9111 §4.3.5).
 */
export function updatedByHead(
  stored: StoredResponse,
  request: CacheRequest,
  { head, times }: { head: CacheResponse; times: ExchangeTimes },
): UpdatedResponse | 'stale' {
  const isSame = ['etag', 'last-modified', 'content-length'].every((name) => {
    const value = fieldValue(head.headers, name)
    const known = name === 'content-length' ? String(stored.body.length) : fieldValue(stored.headers, name)
    return value === undefined || value === known
  })
  return isSame ? withFieldsOf(stored, request, { response: head, times }) : 'stale'
}

/** Fields of the stored content itself, which no word without a content changes (RFC 9111 §3.2). */
const ofStoredContent = new Set(['content-encoding', 'content-length', 'content-md5', 'content-range', 'etag'])

function withFieldsOf(
  stored: StoredResponse,
  request: CacheRequest,
  { response, times }: { response: CacheResponse; times: ExchangeTimes },
): UpdatedResponse {
  const newer = endToEnd(response.headers)
  const headers: Record<string, string | readonly string[] | undefined> = { ...stored.headers }
  for (const name in newer) if (!ofStoredContent.has(name)) headers[name] = newer[name]
  headers.date = new Date(dateOf(newer, times.receivedAt)).toUTCString()
  const merged = { status: stored.status, headers }
  const kept = storableHead({ ...request, method: 'GET' }, merged, times)
  const head = kept ?? { ...headOf(merged, times), rules: stored.rules, selection: stored.selection }
  return { stored: { ...head, body: stored.body }, isStorable: kept !== undefined }
}
