import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Http2ServerResponse, type ServerHttp2Stream, sensitiveHeaders } from 'node:http2'
import { LRUCache } from 'lru-cache'
import { cacheStatus } from '../edge-cache/engine/cache-status.ts'
import type { CachedResponse, ResponseCache } from '../edge-cache/response-cache.ts'
import type { Endpoint } from '../endpoints/core/define.ts'
import { requestIdHeader } from './default-headers.ts'
import type { HeaderList } from './pipeline/cache-and-cors-policy.ts'
import { ageOf } from './pipeline/cached-response.ts'
import type { HttpResponse } from './response.ts'

/**
 * Answers requests of nobody in particular from the cache, before the router and everything behind it: what has been
 * asked in just these words, headers and all, and is fresh still, needs nothing else.
 */
export interface FastPathCache {
  /** Tells what it answered, where nobody else hears of it; undefined for all that is for others to answer. */
  respond(
    asked: RawRequest,
    response: ServerResponse | Http2ServerResponse | ServerHttp2Stream,
  ): FastPathResponse | undefined
  /** Remembers an endpoint's answer that came from the cache and was fresh, for whoever asks in the same words. */
  store(request: IncomingMessage, endpoint: Endpoint, answer: HttpResponse): void
}

/** A request as it came. In HTTP/2 the headers have its method and its target as well. */
export interface RawRequest {
  method?: string | undefined
  url?: string | undefined
  rawHeaders: readonly string[]
}

export interface FastPathResponse {
  endpoint: Endpoint
  method: string
  status: 200 | 304
  userAgent: string | undefined
  /** Of the request. */
  id: string
}

/** Any of these makes a request a matter of its own. */
const bypassHeaders = [
  'authorization',
  'cookie',
  'origin',
  'cache-control',
  'pragma',
  'if-match',
  'range',
  'content-length',
  'transfer-encoding',
  'expect',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  // Words with one of these would hardly ever come again.
  requestIdHeader,
  'traceparent',
] as const

/** With what belongs to them some 2 to 6 MB, as long as their headers are. */
const maxCachedRequests = 2000
const maxFingerprintLength = 2000
const maxInlineBodyBytes = 4096
/** Kept by who reads it, each would push what comes with every answer out of the compression's memory (RFC 7541 §6.2.3). */
const neverIndexed = [requestIdHeader]

export function openFastPathCache({
  cache,
  defaultHeaders,
  newId,
  isClosing,
}: {
  cache: ResponseCache
  /** What every answer of the hub with this status carries. */
  defaultHeaders: (status: number) => HeaderList
  /** Makes an id for a request, which the answer carries: what comes with one of its own is not answered here. */
  newId: () => string
  /** Whether connections are to end after the answer that runs. */
  isClosing: () => boolean
}): FastPathCache {
  const cachedRequests = new LRUCache<string, CachedRequest>({ max: maxCachedRequests })
  return {
    respond(asked, response) {
      const wording = cachedRequests.get(requestFingerprint(asked))
      if (!wording || isClosing()) return undefined
      const answer = cache.getFresh(wording.entryKey)
      if (!answer) return undefined
      const { endpoint, method, status, userAgent, ifNoneMatch } = wording
      // One tag is compared here; lists, weak ones and `*` are for the rules of the others.
      if (ifNoneMatch !== undefined && ifNoneMatch !== answer.etag) return undefined
      const now = Date.now()
      if (now >= wording.headersCurrentUntil || wording.producedAt !== answer.producedAt)
        refreshHeaders(wording, answer, now)
      const id = newId()
      // Headers are written at once, so that nobody sees the id of another.
      wording.headerLines[1] = id
      const body = status === 200 && method === 'GET' ? answer.body : undefined
      send(response, { status, lines: wording.headerLines, body })
      return { endpoint, method, status, userAgent, id }
    },
    store(request, endpoint, { cached, headers, cacheOutcome: outcome }) {
      const { method = '', headers: asked, rawHeaders } = request
      // Most of what is asked for the first time is not asked again.
      if (!cached || outcome !== 'hit' || bypassHeaders.some((name) => asked[name] !== undefined)) return
      // The router may have put another target in the place of the one that was asked for.
      const { originalUrl = request.url } = request as { originalUrl?: string }
      const words = requestFingerprint({ method, url: originalUrl, rawHeaders })
      if (words.length > maxFingerprintLength) return
      const ifNoneMatch = asked['if-none-match']
      const status = ifNoneMatch === undefined ? 200 : 304
      cachedRequests.set(words, {
        endpoint,
        method,
        status,
        ifNoneMatch,
        userAgent: asked['user-agent'],
        entryKey: cached.entryKey,
        headersCurrentUntil: 0,
        producedAt: 0,
        headerLines: headerLinesOf({ ...defaultHeaders(status), ...headers }, status),
      })
    },
  }
}

/** What requests in the same words are answered from. It holds no answer, so that what the cache lets go is gone. */
interface CachedRequest extends Omit<FastPathResponse, 'id'> {
  ifNoneMatch: string | undefined
  /** Of the kept answer. */
  entryKey: string
  /** Of the answer, names and values in turn. They are of what was made at `madeAt`, and right until then (Unix milliseconds). */
  headerLines: string[]
  headersCurrentUntil: number
  producedAt: number
}

/** The headers of an answer as lines: those that are written anew first, in places that are known, and the others as they are. */
function headerLinesOf(headers: HeaderList, status: FastPathResponse['status']): string[] {
  const anew = [requestIdHeader, 'etag', 'age', 'cache-status', 'content-length']
  const ofBody = ['content-type', 'content-encoding', 'content-length']
  const has = (name: string) => status === 200 || !ofBody.includes(name)
  const others = Object.entries(headers).filter(([name]) => has(name) && !anew.includes(name))
  return [...anew.filter(has).flatMap((name) => [name, '']), ...others.flat()]
}

function refreshHeaders(wording: CachedRequest, answer: CachedResponse, now: number): void {
  const { headerLines, status } = wording
  headerLines[3] = answer.etag
  headerLines[5] = ageOf(answer, now)
  headerLines[7] = cacheStatus({ freshFor: answer.freshUntil - now })
  if (status === 200) headerLines[9] = String(answer.body.length)
  wording.headersCurrentUntil = (Math.floor(now / 1000) + 1) * 1000
  wording.producedAt = answer.producedAt
}

/** `lines` has names and values in turn. A stream of HTTP/2 is told itself: Node's likeness of HTTP/1.1 costs as much again. */
function send(
  response: ServerResponse | Http2ServerResponse | ServerHttp2Stream,
  { status, lines, body }: { status: number; lines: string[]; body: Buffer | undefined },
): void {
  if (!('writeHead' in response) || 'stream' in response) {
    const stream = 'stream' in response ? response.stream : response
    // Reset by who asked.
    if (stream.closed || stream.destroyed) return
    const headers = Object.assign([':status', `${status}`, ...lines], { [sensitiveHeaders]: neverIndexed })
    stream.respond(headers, { endStream: body === undefined })
    if (body) stream.end(body)
    return
  }
  response.writeHead(status, lines)
  // As a text of the same bytes, Node writes it together with the headers: one piece less for the system to gather.
  if (body && body.length <= maxInlineBodyBytes) response.end(body.toString('latin1'), 'latin1')
  else response.end(body)
}

/** No header holds a line break, and none of HTTP/1.1 begins with a colon. */
const requestFingerprint = ({ method, url, rawHeaders }: RawRequest): string => {
  const headers = rawHeaders.join('\n')
  return headers.startsWith(':') ? headers : `${method} ${url}\n${headers}`
}
