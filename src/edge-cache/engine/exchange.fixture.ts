import assert from 'node:assert/strict'
import type { CacheRequest, HeaderFields } from './message.ts'
import type { StoredResponse } from './stored-response.ts'
import { storableHead } from './storing.ts'

/** When every exchange of these tests takes place, Unix milliseconds, at a whole second. */
export const start = Date.UTC(2026, 0, 1, 12)
/** The HTTP date so many seconds after `start`. */
export const date = (seconds = 0): string => new Date(start + seconds * 1000).toUTCString()
export const after = (seconds: number): number => start + seconds * 1000
export const atStart = { requestedAt: start, receivedAt: start }

export const url = 'https://hub.example/models?page=1'

/** A GET, or what `more` says, of the one URI. */
export const requestWith = (headers: HeaderFields = {}, more: Partial<CacheRequest> = {}): CacheRequest => ({
  method: 'GET',
  url,
  headers,
  ...more,
})

interface Exchange {
  status?: number
  request?: CacheRequest
  body?: string
  times?: { requestedAt: number; receivedAt: number }
}

/** What is kept of an answer with these fields; undefined where it is passed on only. */
export function storableFrom(headers: HeaderFields, exchange: Exchange = {}): StoredResponse | undefined {
  const { status = 200, request = requestWith(), body = '0123456789', times = atStart } = exchange
  const head = storableHead(request, { status, headers: { date: date(), ...headers } }, times)
  return head && { ...head, body: Buffer.from(body) }
}

/** The same, of an answer that must be one to keep. */
export function storedFrom(headers: HeaderFields, exchange: Exchange = {}): StoredResponse {
  const stored = storableFrom(headers, exchange)
  assert.ok(stored, `kept: ${JSON.stringify(headers)}`)
  return stored
}
