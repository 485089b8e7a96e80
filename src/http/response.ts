import type { Readable } from 'node:stream'
import type { AccountPrincipal } from '../auth/principal.ts'
import type { CachedResponse } from '../edge-cache/response-cache.ts'
import type { CacheOutcome } from '../metrics/request-meter.ts'
import type { SendBody } from './bytes/stream-ranges.ts'
import type { HeaderList } from './pipeline/cache-and-cors-policy.ts'

/** What goes out. */
export interface HttpResponse {
  status: number
  headers: HeaderList
  body?: string | Buffer | Readable | SendBody
  /** How somebody who is known asked. */
  caller?: AccountPrincipal['via']
  /** What the cache of public answers had to do with it; left out where it was not asked. */
  cacheOutcome?: CacheOutcome
  /** The kept answer that this one is, or says nothing else than, where anybody without credentials may be given the same. */
  cached?: CachedResponse
}

/** An answer that is there from its first byte to its last. */
export type WholeResponse = HttpResponse & { body?: string | Buffer }

export const isWhole = (answer: HttpResponse): answer is WholeResponse =>
  answer.body === undefined || typeof answer.body === 'string' || Buffer.isBuffer(answer.body)

const json = { 'content-type': 'application/json; charset=utf-8' }

export const jsonResponse = (status: number, body: unknown, ...headers: (HeaderList | undefined)[]): HttpResponse => ({
  status,
  headers: mergeHeaders(json, ...headers),
  body: JSON.stringify(body),
})

/** An error that no cache keeps. */
export const jsonError = (status: number, error: string, more: object = {}) =>
  jsonResponse(status, { error, ...more }, { 'cache-control': 'private, no-store' })

/** Later headers replace earlier ones, except `vary`, whose names add up. */
export function mergeHeaders(...lists: (HeaderList | undefined)[]): HeaderList {
  const merged: HeaderList = {}
  for (const list of lists) {
    for (const name in list) {
      const value = list[name] as string
      merged[name] = name === 'vary' && merged.vary !== undefined ? `${merged.vary}, ${value}` : value
    }
  }
  return merged
}
