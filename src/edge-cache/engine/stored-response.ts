import type { HeaderFields } from './message.ts'
import type { ResponseRules } from './rules.ts'
import type { Selection } from './vary.ts'

/** A complete answer to a GET as it is kept: what every caller may be given. Never changed, only replaced. */
export interface StoredResponse {
  status: number
  /** Without what is for one connection or one caller. */
  headers: HeaderFields
  body: Buffer
  rules: ResponseRules
  /** The moment at which its age was 0 (RFC 9111 §4.2.3), Unix milliseconds; minus infinity where nobody knows. */
  generatedAt: number
  /** When it was made, by its `Date`, Unix milliseconds. */
  dateAt: number
  /** By its `Last-Modified`, Unix milliseconds. */
  lastModifiedAt: number | undefined
  etag: string | undefined
  selection: Selection
}

/** Milliseconds since the answer was made at the origin. */
export const ageOf = (stored: StoredResponse, now: number): number => Math.max(0, now - stored.generatedAt)

/** Milliseconds that the answer is fresh for still; negative when it is stale. */
export const freshFor = (stored: StoredResponse, now: number): number =>
  stored.rules.lifetimeSeconds * 1000 - ageOf(stored, now)

/** Whether the origin can be asked if the answer is still good (RFC 9110 §8.8). */
export const hasValidator = ({ etag, lastModifiedAt }: Pick<StoredResponse, 'etag' | 'lastModifiedAt'>): boolean =>
  etag !== undefined || lastModifiedAt !== undefined
