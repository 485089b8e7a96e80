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
 * Serves repeated anonymous requests from the response cache, before the router.
 *
 * Why it cannot leak: it stores no response, only which cache entry answered a request with exactly this method, target
 * and header lines. An entry exists only for a response that the pipeline decided to share, and every request with
 * credentials, or with another header that could change the decision (`bypassHeaders`), is never stored here. A request
 * that differs in a single byte of its headers has another fingerprint and takes the full path.
 */
export interface FastPathCache {
  /** Sends the response and returns what it sent, for metrics and logs; undefined when the full path must respond. */
  respond(
    asked: RawRequest,
    response: ServerResponse | Http2ServerResponse | ServerHttp2Stream,
  ): FastPathResponse | undefined
  /** Remembers which cache entry answered a request, when the response came fresh from the cache. */
  store(request: IncomingMessage, endpoint: Endpoint, answer: HttpResponse): void
}

/** A request before parsing. Over HTTP/2, `rawHeaders` contains the method and the target. */
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
  /** The request id. */
  id: string
}

/** Requests with any of these headers bypass the fast path. */
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
  // Values of these differ between requests, so an entry would hardly ever be used again.
  requestIdHeader,
  'traceparent',
] as const

/** Maximum number of remembered requests: 2 to 6 MB in total, depending on the length of their headers. */
const maxCachedRequests = 2000
const maxFingerprintLength = 2000
const maxInlineBodyBytes = 4096
/** Indexed by HPACK, each new id would evict headers that every response repeats (RFC 7541 §6.2.3). */
const neverIndexed = [requestIdHeader]

export function openFastPathCache({
  cache,
  defaultHeaders,
  newId,
  isClosing,
}: {
  cache: ResponseCache
  /** Returns the headers of every response with this status. */
  defaultHeaders: (status: number) => HeaderList
  /** Creates the request id that the response carries. Requests that bring an id bypass the fast path. */
  newId: () => string
  /** Whether the server is closing, so that each connection must end after its current response. */
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
      // Compares a single strong tag only; lists, weak tags and `*` take the full path.
      if (ifNoneMatch !== undefined && ifNoneMatch !== answer.etag) return undefined
      const now = Date.now()
      if (now >= wording.headersCurrentUntil || wording.producedAt !== answer.producedAt)
        refreshHeaders(wording, answer, now)
      const id = newId()
      // The header lines are shared by all requests of this entry: set the id and send them synchronously.
      wording.headerLines[1] = id
      const body = status === 200 && method === 'GET' ? answer.body : undefined
      send(response, { status, lines: wording.headerLines, body })
      return { endpoint, method, status, userAgent, id }
    },
    store(request, endpoint, { cached, headers, cacheOutcome: outcome }) {
      const { method = '', headers: asked, rawHeaders } = request
      // Store on the second request: most requests are never repeated.
      if (!cached || outcome !== 'hit' || bypassHeaders.some((name) => asked[name] !== undefined)) return
      // The router can replace `url` with a rewritten target.
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

/** A remembered request. It holds no response, so that an entry that leaves the cache is gone here too. */
interface CachedRequest extends Omit<FastPathResponse, 'id'> {
  ifNoneMatch: string | undefined
  /** Key of the response in the cache. */
  entryKey: string
  /**
   * Response headers, names and values alternating. They describe the entry produced at `producedAt` and are current until
   * `headersCurrentUntil` (both Unix milliseconds).
   */
  headerLines: string[]
  headersCurrentUntil: number
  producedAt: number
}

/** Returns the headers as alternating names and values. Headers that change per request come first, at known positions. */
function headerLinesOf(headers: HeaderList, status: FastPathResponse['status']): string[] {
  const changing = [requestIdHeader, 'etag', 'age', 'cache-status', 'content-length']
  const ofBody = ['content-type', 'content-encoding', 'content-length']
  const has = (name: string) => status === 200 || !ofBody.includes(name)
  const others = Object.entries(headers).filter(([name]) => has(name) && !changing.includes(name))
  return [...changing.filter(has).flatMap((name) => [name, '']), ...others.flat()]
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

/** Sends alternating header names and values. Writes HTTP/2 streams directly: Node's HTTP/1.1 compatibility layer doubles the cost. */
function send(
  response: ServerResponse | Http2ServerResponse | ServerHttp2Stream,
  { status, lines, body }: { status: number; lines: string[]; body: Buffer | undefined },
): void {
  if (!('writeHead' in response) || 'stream' in response) {
    const stream = 'stream' in response ? response.stream : response
    // Reset by the client.
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
