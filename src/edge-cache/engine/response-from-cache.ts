import { isNotModified, isRangeOf } from './conditions.ts'
import { type CacheRequest, fieldValue, type HeaderFields } from './message.ts'
import { readRange } from './ranges.ts'
import { ageOf, type StoredResponse } from './stored-response.ts'

/** A whole answer for one caller. */
export interface ResponseFromCache {
  status: number
  headers: Record<string, string | readonly string[]>
  /** Empty for HEAD, 304 and the like, whatever `content-length` says. */
  body: Buffer
}

const nothing = Buffer.alloc(0)

/**
 * Answers a GET or HEAD from what is kept, as the origin would: 304 to who has it already (RFC 9111 §4.3.2), 206 or 416 to who
 * asks for a range (RFC 9110 §14.2), otherwise the answer itself, always with its `Age` (RFC 9111 §4).
 */
export function responseFromCache(stored: StoredResponse, request: CacheRequest, now: number): ResponseFromCache {
  const age = String(Math.floor(Math.min(ageOf(stored, now), 2 ** 31 * 1000) / 1000))
  // Conditions and ranges are for answers that succeeded (RFC 9110 §13.2.1).
  if (stored.status === 200) {
    if (isNotModified(stored, request, now))
      return { status: 304, headers: { ...fieldsOfNotModified(stored), age }, body: nothing }
    const range = rangeOf(stored, request)
    if (range === 'unsatisfiable') return notSatisfiable(stored, age)
    if (range) return partOf(stored, range, age)
  }
  const headers = { ...(stored.headers as ResponseFromCache['headers']), age }
  return { status: stored.status, headers, body: request.method === 'HEAD' ? nothing : stored.body }
}

/** RFC 9110 §14.2: a range is for GET alone. */
const rangeOf = (stored: StoredResponse, request: CacheRequest) =>
  request.headers.range !== undefined && request.method === 'GET' && isRangeOf(stored, request)
    ? readRange(fieldValue(request.headers, 'range') ?? '', stored.body.length)
    : undefined

function partOf(
  stored: StoredResponse,
  { start, end }: { start: number; end: number },
  age: string,
): ResponseFromCache {
  const headers = {
    ...(stored.headers as ResponseFromCache['headers']),
    'content-length': String(end - start),
    'content-range': `bytes ${start}-${end - 1}/${stored.body.length}`,
    age,
  }
  return { status: 206, headers, body: stored.body.subarray(start, end) }
}

/** RFC 9110 §15.5.17: with the length that there is. */
const notSatisfiable = ({ headers, body }: StoredResponse, age: string): ResponseFromCache => ({
  status: 416,
  headers: {
    ...withoutContent(headers),
    'content-length': '0',
    'content-range': `bytes */${body.length}`,
    age,
  },
  body: nothing,
})

/** RFC 9110 §15.4.5: what guides caches, and nothing that describes a content that is not sent. */
function fieldsOfNotModified({ headers, etag }: StoredResponse): Record<string, string | readonly string[]> {
  const sent = withoutContent(headers)
  if (etag !== undefined) delete sent['last-modified']
  return sent
}

function withoutContent(headers: HeaderFields): Record<string, string | readonly string[]> {
  const kept: Record<string, string | readonly string[]> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && !ofContent.has(name)) kept[name] = value
  }
  return kept
}

const ofContent = new Set([
  'accept-ranges',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-range',
  'content-type',
  'repr-digest',
])
