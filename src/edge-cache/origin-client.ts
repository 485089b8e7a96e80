import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { errors, Pool } from 'undici'
import { hasBody } from './forwarding.ts'
import type { EdgeRequest, OriginResponse } from './origin-fetch.ts'

/** The origin did not answer in time. */
export class OriginTimeout extends Error {
  override name = 'OriginTimeout'
}

export interface OriginClientOptions {
  /** Scheme, host and port. */
  origin: string
  /** Whether the origin is asked for the host that the caller asked for, instead of its own. */
  forwardsHost: boolean
  /** So long it may take to begin its answer, and be silent within it. */
  timeoutMilliseconds: number
  /** Told of each request that the origin was sent, once it has begun its answer, or will give none. */
  onCompleted?: (asked: CompletedOriginRequest) => void
}

export interface CompletedOriginRequest {
  /** The status of its answer, or why there was none; `left`: who asked did not wait for it. */
  result: number | 'timeout' | 'unreachable' | 'left'
  milliseconds: number
}

export interface OriginSend {
  /** As it is to be sent. */
  request: EdgeRequest
  target: string
  host: string
  message: IncomingMessage
  response: ServerResponse
  isShared: boolean
}

/** A pool of connections to one origin. */
export interface OriginClient {
  send(ask: OriginSend): Promise<OriginResponse>
  close(): Promise<void>
}

/** More than enough for one machine; what comes beyond waits for one that is free. */
const maxConnections = 1024
const connectMilliseconds = 10_000

/** Opens connections as they are needed. */
export function openOriginClient({
  origin,
  forwardsHost,
  timeoutMilliseconds,
  onCompleted,
}: OriginClientOptions): OriginClient {
  const pool = new Pool(origin, {
    connections: maxConnections,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: Math.min(connectMilliseconds, timeoutMilliseconds) },
    headersTimeout: timeoutMilliseconds,
    bodyTimeout: timeoutMilliseconds,
  })
  const ownHost = new URL(origin).host

  async function send({ request, target, host, message, response, isShared }: OriginSend): Promise<OriginResponse> {
    const gone = new AbortController()
    if (!isShared) response.once('close', () => gone.abort())
    const askedAt = performance.now()
    const tell = (result: CompletedOriginRequest['result']) =>
      onCompleted?.({ result, milliseconds: performance.now() - askedAt })
    try {
      const { statusCode, headers, body } = await pool.request({
        method: request.method,
        path: target,
        headers: { ...request.headers, host: forwardsHost ? host : ownHost } as Record<string, string | string[]>,
        // Through a stream of its own: an origin that answers before it has read everything ends that, and not the caller.
        body: hasBody(message) ? message.pipe(new PassThrough()) : null,
        signal: gone.signal,
        onInfo: ({ statusCode: status, headers: hints }) => {
          // RFC 9110 §15.2: what comes before an answer is passed on. The other statuses are for this hop alone.
          if (status === 103 && hints.link !== undefined && !response.headersSent)
            response.writeEarlyHints({ link: hints.link })
        },
      })
      tell(statusCode)
      return { status: statusCode, headers, body }
    } catch (error) {
      tell(isTimeout(error) ? 'timeout' : gone.signal.aborted ? 'left' : 'unreachable')
      if (isTimeout(error)) throw new OriginTimeout(`No answer within ${timeoutMilliseconds} ms`, { cause: error })
      throw error
    }
  }
  return { send, close: () => pool.destroy() }
}

const isTimeout = (error: unknown): boolean =>
  error instanceof errors.HeadersTimeoutError ||
  error instanceof errors.ConnectTimeoutError ||
  error instanceof errors.BodyTimeoutError
