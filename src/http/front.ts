import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import { LRUCache } from 'lru-cache'
import type { AnswerCache, KeptAnswer } from '../edge-cache/answer-cache.ts'
import { cacheStatus } from '../edge-cache/engine/cache-status.ts'
import type { Endpoint } from '../endpoints/define.ts'
import type { Answer } from './answer.ts'
import type { HeaderList } from './category-rules.ts'
import { requestIdHeader } from './every-answer.ts'
import { ageOf } from './public-answer.ts'

/**
 * Answers requests of nobody in particular from the cache, before the router and everything behind it: what has been
 * asked in just these words, and is fresh still, needs nothing else.
 */
export interface Front {
  /** Whether it answered; all else is for others to answer. */
  answers(request: IncomingMessage, response: ServerResponse | Http2ServerResponse): boolean
  /** Remembers an endpoint's answer that came from the cache, for whoever asks in the same words. */
  remember(request: IncomingMessage, endpoint: Endpoint, answer: Answer): void
}

/** Any of these makes a request a matter of its own. */
const particular = [
  ...['authorization', 'cookie', 'origin', 'cache-control', 'pragma', 'if-match', 'range', 'content-length'],
  ...['transfer-encoding', 'expect', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'],
] as const

const shortBytes = 4096
/** With what belongs to them some 20 MB at the most. */
const mostWordings = 5000
const longestWording = 2000

export function openFront({
  cache,
  always,
  idOf,
  onAnswer,
  isClosing,
}: {
  cache: AnswerCache
  /** What every answer of the hub carries. */
  always: HeaderList
  /** Gives the request its id, which the answer carries. */
  idOf: (request: IncomingMessage) => string
  /** Told of each request that is answered here, where nobody else hears of it. */
  onAnswer: (endpoint: Endpoint, request: IncomingMessage, answer: { status: number; id: string }) => void
  /** Whether connections are to end after the answer that runs. */
  isClosing: () => boolean
}): Front {
  const wordings = new LRUCache<string, Wording>({ max: mostWordings })
  return {
    answers(request, response) {
      const { method, headers } = request
      if (method !== 'GET' && method !== 'HEAD') return false
      const wording = wordings.get(wordingOf(request.url ?? '', headers))
      if (!wording || isParticular(headers) || isClosing()) return false
      const answer = cache.fresh(wording.name)
      if (!answer) return false
      const ifNoneMatch = headers['if-none-match']
      // One tag is compared here; lists, weak ones and `*` are for the rules of the others.
      if (ifNoneMatch !== undefined && ifNoneMatch !== answer.etag) return false
      const now = Date.now()
      const second = Math.floor(now / 1000)
      if (wording.second !== second || wording.madeAt !== answer.madeAt) describe(wording, answer, now)
      const id = idOf(request)
      onAnswer(wording.endpoint, request, { status: ifNoneMatch === undefined ? 200 : 304, id })
      if (ifNoneMatch !== undefined) send(response, { status: 304, lines: withId(wording.unchanged, id) })
      else if (method === 'HEAD') send(response, { status: 200, lines: withId(wording.whole, id) })
      else send(response, { status: 200, lines: withId(wording.whole, id), body: answer.body })
      return true
    },
    remember(request, endpoint, { kept, headers }) {
      if (!kept || isParticular(request.headers)) return
      const words = wordingOf(request.url ?? '', request.headers)
      if (words.length > longestWording) return
      wordings.set(words, {
        endpoint,
        name: kept.name,
        headers: { ...always, ...headers },
        second: 0,
        madeAt: 0,
        whole: [],
        unchanged: [],
      })
    },
  }
}

/** `lines` has names and values in turn. A stream of HTTP/2 is told itself: Node's likeness of HTTP/1.1 costs as much again. */
function send(
  response: ServerResponse | Http2ServerResponse,
  { status, lines, body }: { status: number; lines: string[]; body?: Buffer },
): void {
  if ('stream' in response) {
    // Reset by who asked.
    if (response.stream.closed || response.stream.destroyed) return
    response.stream.respond([':status', `${status}`, ...lines], { endStream: body === undefined })
    if (body) response.stream.end(body)
    return
  }
  response.writeHead(status, lines)
  // As a text of the same bytes, Node writes it together with the headers: one piece less for the system to gather.
  if (body && body.length <= shortBytes) response.end(body.latin1Slice(), 'latin1')
  else response.end(body)
}

/** What requests in the same words are answered from. It holds no answer, so that what the cache lets go is gone. */
interface Wording {
  endpoint: Endpoint
  /** Of the kept answer. */
  name: string
  /** Those of the answer that was given, `age` and `cache-status` of its own among them. */
  headers: HeaderList
  /** When the header lines below were written: they tell the age. */
  second: number
  madeAt: number
  /** Names and values in turn, of a 200 and of a 304. */
  whole: string[]
  unchanged: string[]
}

function describe(wording: Wording, answer: KeptAnswer, now: number): void {
  const { 'content-length': _, ...rest } = wording.headers
  const headers: HeaderList = {
    ...rest,
    etag: answer.etag,
    age: ageOf(answer, now),
    'cache-status': cacheStatus({ freshFor: answer.freshUntil - now }),
  }
  const { 'content-type': __, 'content-encoding': ___, ...unchanged } = headers
  wording.second = Math.floor(now / 1000)
  wording.madeAt = answer.madeAt
  wording.whole = [
    requestIdHeader,
    '',
    ...Object.entries({ ...headers, 'content-length': String(answer.body.length) }).flat(),
  ]
  wording.unchanged = [requestIdHeader, '', ...Object.entries(unchanged).flat()]
}

/** Puts an id into the place that is kept for it. Headers are written at once, so that nobody sees that of another. */
function withId(lines: string[], id: string): string[] {
  lines[1] = id
  return lines
}

const wordingOf = (target: string, headers: IncomingHttpHeaders): string =>
  `${headers.host ?? (headers as { ':authority'?: string })[':authority']} ${headers['accept-encoding']} ${target}`

const isParticular = (headers: IncomingHttpHeaders): boolean => particular.some((name) => headers[name] !== undefined)
