import type { TryRequest } from './try-request'

/** What came back, as far as the page shows it. */
export interface Received {
  status: number
  headers: [string, string][]
  milliseconds: number
  /** Where a redirect led, without the query, whose signature opens the file. */
  followedTo: string | undefined
  /** Text as far as it was read; undefined for bytes, which are not read at all. */
  text: string | undefined
  /** Whether there is more than was read. */
  isCut: boolean
  /** Of the whole body, where it is known. */
  sizeBytes: number | undefined
}

const mostBytes = 256 * 1024

/** What callers decide by; the rest is of the transport. */
const shown = [
  'content-type',
  'content-length',
  'content-range',
  'cache-control',
  'etag',
  'age',
  'vary',
  'location',
  'www-authenticate',
  'allow',
  'retry-after',
  'access-control-allow-origin',
]

/**
 * Sends a request from the page. Text is told to `onText` as it grows, since some answers never end; it is read as far
 * as 256 KiB, and of bytes nothing is read.
 * @throws TypeError when the hub does not answer, AbortError when `signal` says so
 */
export async function send(
  { method, target, headers, body, withSession }: TryRequest,
  { signal, onText }: { signal: AbortSignal; onText: (received: Received) => void },
): Promise<Received> {
  const started = performance.now()
  const response = await fetch(target, {
    method,
    headers,
    credentials: withSession ? 'same-origin' : 'omit',
    cache: 'no-store',
    signal,
    ...(body !== undefined && { body }),
  })
  const received: Received = {
    status: response.status,
    headers: shown.flatMap((name) => {
      const value = response.headers.get(name)
      return value === null ? [] : [[name, value]]
    }),
    milliseconds: performance.now() - started,
    followedTo: response.redirected ? decodeURI(new URL(response.url).pathname) : undefined,
    text: undefined,
    isCut: false,
    sizeBytes: lengthOf(response),
  }
  if (!isText(response)) {
    await response.body?.cancel()
    return received
  }
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.length
    text += decoder.decode(value, { stream: true })
    if (bytes > mostBytes) {
      await reader.cancel()
      return { ...received, text, isCut: true }
    }
    onText({ ...received, text, sizeBytes: bytes })
  }
  return { ...received, text, sizeBytes: bytes, milliseconds: performance.now() - started }
}

function isText({ headers }: Response): boolean {
  const type = headers.get('content-type')
  return type === null || /^(?:text\/|application\/(?:[\w.-]+\+)?json)/.test(type)
}

/** Of an answer that is compressed on its way the length says something else. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get('content-length')
  return length === null || headers.has('content-encoding') ? undefined : Number(length)
}
