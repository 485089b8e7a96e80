import type { ForwardReason } from './decide.ts'
import { cacheName } from './rules.ts'

/** How a request was answered, for `Cache-Status` (RFC 9211 §2). */
export interface Handling {
  /** Why the origin was asked; without it the answer came from the store (`hit`). */
  forwarded?: ForwardReason | undefined
  /** The status that the origin gave, where it is not that of the answer. */
  forwardStatus?: number | undefined
  /** Whether the origin's answer is kept now. */
  isStored?: boolean
  /** Whether it waited for the answer to another request (§2.5). */
  isCollapsed?: boolean
  /** Milliseconds that the answer is fresh for still; negative when it is stale. */
  freshFor?: number | undefined
  /** One word of the cache's own (§2.8). */
  detail?: string | undefined
}

/** The value of `Cache-Status`, behind what caches nearer to the origin said (RFC 9211 §2). */
export function cacheStatus(handling: Handling, before?: string): string {
  const { forwarded, forwardStatus, isStored, isCollapsed, freshFor, detail } = handling
  let value = before ? `${before}, ${cacheName}` : cacheName
  value += forwarded === undefined ? '; hit' : `; fwd=${forwarded}`
  if (forwardStatus !== undefined) value += `; fwd-status=${forwardStatus}`
  if (freshFor !== undefined && Number.isFinite(freshFor)) value += `; ttl=${Math.floor(freshFor / 1000)}`
  if (isStored) value += '; stored'
  if (isCollapsed) value += '; collapsed'
  if (detail !== undefined) value += `; detail=${detail}`
  return value
}
