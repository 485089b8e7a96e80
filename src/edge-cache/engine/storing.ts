import { generatedAt } from './age.ts'
import { readDirectives } from './cache-control.ts'
import { readDate } from './dates.ts'
import { type CacheRequest, type CacheResponse, type ExchangeTimes, endToEnd, fieldValue } from './message.ts'
import { dateOf, isHeuristic, rulesOf } from './rules.ts'
import { hasValidator, type StoredResponse } from './stored-response.ts'
import { selectionOf, variedFields } from './vary.ts'

/** What is kept of an answer, all but its body. */
export type StoredHead = Omit<StoredResponse, 'body'>

/** Statuses whose meaning is known here, all of RFC 9110 §15 that may be kept (RFC 9111 §5.2.2.3). */
const understood = new Set([
  200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409,
  410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 500, 501, 502, 503, 504, 505,
])

/**
 * What a shared cache keeps of an answer (RFC 9111 §3), or undefined where it may not, or where that would be of no use: the
 * answer could never be given to anybody.
 */
export function storableHead(
  request: CacheRequest,
  response: CacheResponse,
  times: ExchangeTimes,
): StoredHead | undefined {
  const rules = rulesOf(response, times.receivedAt)
  const isUnderstood = understood.has(response.status)
  const mayKeep =
    isGetLike(request, response, rules.isExplicit) &&
    response.status >= 200 &&
    // RFC 9111 §3.3: a part is not the whole; a 304 has none of its own.
    response.status !== 206 &&
    response.status !== 304 &&
    (rules.mustUnderstand ? isUnderstood : !rules.forbidsStoring) &&
    !readDirectives(fieldValue(request.headers, 'cache-control')).has('no-store') &&
    (request.headers.authorization === undefined || rules.isSharedWithAuthorized) &&
    (rules.isExplicit || isHeuristic(response.status)) &&
    // RFC 9111 §7.3: a cookie is for everybody only where the origin said how long the answer is.
    (response.headers['set-cookie'] === undefined || rules.isExplicit)
  const varied = variedFields(response.headers)
  if (!mayKeep || varied === undefined) return undefined
  const head = { ...headOf(response, times), rules, selection: selectionOf(varied, request) }
  const isOfUse = hasValidator(head) || (rules.lifetimeSeconds > 0 && !rules.requiresValidation)
  return isOfUse ? head : undefined
}

/** The parts of what is kept that come from the fields alone. */
export function headOf(response: CacheResponse, times: ExchangeTimes) {
  const { receivedAt } = times
  const headers = endToEnd(response.headers)
  // RFC 9110 §6.6.1: without a date it gets that of its arrival, so that caches further on know its age.
  const dateAt = dateOf(headers, receivedAt)
  if (readDate(fieldValue(headers, 'date'), receivedAt) === undefined) headers.date = new Date(dateAt).toUTCString()
  for (const name of rulesOf(response, receivedAt).withheld) delete headers[name]
  // What caches on the way said, and this one says anew for every caller.
  delete headers.age
  return {
    status: response.status,
    headers,
    generatedAt: generatedAt(response, times) ?? Number.NEGATIVE_INFINITY,
    dateAt,
    lastModifiedAt: readDate(fieldValue(headers, 'last-modified'), receivedAt),
    etag: fieldValue(headers, 'etag') || undefined,
  }
}

/**
 * A GET, or a POST whose answer is what a GET of the same URI gets, by its own word (RFC 9110 §9.3.3). An answer to HEAD has no
 * body to keep.
 */
function isGetLike({ method, url }: CacheRequest, { status, headers }: CacheResponse, isExplicit: boolean): boolean {
  if (method !== 'POST') return method === 'GET'
  const location = fieldValue(headers, 'content-location')
  return status === 200 && isExplicit && location !== undefined && URL.canParse(location, url)
    ? new URL(location, url).href === new URL(url).href
    : false
}
