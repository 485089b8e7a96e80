import { type CacheResponse, type ExchangeTimes, fieldValue } from './message.ts'
import { dateOf } from './rules.ts'

/**
 * The moment at which an answer had the age 0 (RFC 9111 §4.2.3), Unix milliseconds. Undefined where its `Age` cannot be
 * read: how old it is nobody knows then, so that it counts as stale (RFC 9111 §5.1 would have the field ignored, and take
 * an old answer for a new one).
 */
export function generatedAt(
  { headers }: CacheResponse,
  { requestedAt, receivedAt }: ExchangeTimes,
): number | undefined {
  const age = fieldValue(headers, 'age')?.trim()
  if (age !== undefined && !/^\d+$/.test(age)) return undefined
  // `Date` has whole seconds; the part that it leaves out is no age.
  const apparentAge = Math.floor(Math.max(0, receivedAt - dateOf(headers, receivedAt)) / 1000)
  const correctedAge = Math.min(Number(age ?? 0), 2 ** 31) * 1000 + Math.max(0, receivedAt - requestedAt)
  return receivedAt - Math.max(apparentAge * 1000, correctedAge)
}
