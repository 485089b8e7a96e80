import type { IncomingMessage, ServerResponse } from 'node:http'
import { setDefaultHeaders } from '../default-headers.ts'

/** Why a request cannot be read as HTTP/1.x: a status and the text under `error`. */
export interface FramingError {
  status: 400 | 501 | 505
  error: string
}

/**
 * Checks the version in a request line. The parser also accepts `HTTP/0.9`, which has no version in its request line, and
 * `HTTP/2.0`, which is never spoken on a connection of HTTP/1.x (RFC 9110 §15.6.6).
 */
export const versionError = ({ httpVersion }: Pick<IncomingMessage, 'httpVersion'>): FramingError | undefined =>
  httpVersion === '1.1' || httpVersion === '1.0' ? undefined : { status: 505, error: unsupportedVersionText }

export const unsupportedVersionText = 'The HTTP version is not supported on this connection'

/**
 * Checks `Transfer-Encoding`: a server that reads another coding as the content itself would see a different body than one that
 * decodes it (RFC 9112 §6.1, §7). The parser itself refuses requests whose last coding is not `chunked`.
 */
export function codingError({
  httpVersion,
  headers,
}: Pick<IncomingMessage, 'httpVersion' | 'headers'>): FramingError | undefined {
  const field = headers['transfer-encoding']
  if (field === undefined) return undefined
  if (httpVersion !== '1.1') return { status: 400, error: 'HTTP/1.0 has no Transfer-Encoding' }
  const codings = field.split(',').map((coding) => coding.trim().toLowerCase())
  if (codings.at(-1) !== 'chunked') return undefined
  if (codings.slice(0, -1).includes('chunked')) return { status: 400, error: 'The request is chunked twice' }
  return codings.some((coding) => coding !== 'chunked' && coding !== '')
    ? { status: 501, error: 'The only transfer coding that is supported is chunked' }
    : undefined
}

/** Sends the refusal and closes the connection: where its next request begins is not certain. */
export function sendFramingError(
  response: ServerResponse,
  { status, error }: FramingError,
  request: { id: string; isTls: boolean },
): void {
  const body = JSON.stringify({ error })
  setDefaultHeaders(response, request)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'private, no-store',
    connection: 'close',
  })
  response.end(body)
}
