import { Readable } from 'node:stream'
import type { EventStreamResponse, ServerEvent } from '../../endpoints/core/responses.ts'
import type { HttpResponse } from '../response.ts'

/** So often an idle stream shows that it is alive, and is looked at: proxies cut what is silent for a minute. */
const heartbeatMs = 15_000
/** A comment (HTML standard §9.2.5): takes the headers to the client at once, and keeps the connection open. */
const comment = ':\n\n'

/** What ends a stream that has no end of its own. */
export interface StreamLimits {
  /** Aborted when the server begins to close. */
  closing: AbortSignal
  /** Whether the caller would still be let in. */
  isAuthorized: () => Promise<boolean>
}

/**
 * Answers with events until they end, the client goes away, the server closes, or the caller is not admitted any more.
 * HEAD opens nothing.
 */
export function eventStreamResponse(
  { method }: { method: string },
  { events }: EventStreamResponse,
  ends: StreamLimits,
): HttpResponse {
  const headers = {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // nginx would keep events until it has a buffer full of them.
    'x-accel-buffering': 'no',
  }
  return { status: 200, headers, ...(method !== 'HEAD' && { body: eventStream(events, ends) }) }
}

function eventStream(events: AsyncIterable<ServerEvent>, { closing, isAuthorized }: StreamLimits): Readable {
  const iterator = events[Symbol.asyncIterator]()
  let isPulling = false
  let isOver = false
  const push = (text: string | null) => {
    if (isOver || stream.destroyed) return
    isOver = text === null
    stream.push(text)
  }
  const end = () => push(null)
  const checkAuthorization = async () => {
    if (!(await isAuthorized())) end()
    else if (stream.readableLength === 0) push(comment)
  }
  const heartbeat = setInterval(() => {
    checkAuthorization().catch((error) => stream.destroy(error))
  }, heartbeatMs)
  const pullNext = async () => {
    // A comment that goes out makes the stream ask once more.
    if (isPulling) return
    isPulling = true
    const { done, value } = await iterator.next()
    isPulling = false
    push(done ? null : eventText(value))
  }
  const stream = new Readable({
    // One event waits at most: what the client has not taken yet holds back the next one.
    highWaterMark: 1,
    read() {
      pullNext().catch((error) => stream.destroy(error))
    },
    destroy(error, done) {
      clearInterval(heartbeat)
      closing.removeEventListener('abort', end)
      Promise.resolve(iterator.return?.()).then(
        () => done(error),
        (failure) => done(error ?? failure),
      )
    },
  })
  push(comment)
  if (closing.aborted) end()
  else closing.addEventListener('abort', end, { once: true })
  return stream
}

/** JSON has no line breaks of its own, so each event is one line of data. */
const eventText = ({ event, data }: ServerEvent) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
