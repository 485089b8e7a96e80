const millisecondsOf: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
}

/** Milliseconds of a duration such as `90d`, `24h`, `0`; undefined for anything else. */
export function readDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhdwy])$/.exec(text.trim()) ?? []
  if (count === undefined || unit === undefined) return text.trim() === '0' ? 0 : undefined
  return Number(count) * (millisecondsOf[unit] ?? 0)
}

/** Unix milliseconds of a moment: a duration from `now`, or an ISO 8601 date, with or without time (UTC unless it says). */
export function readMoment(text: string, now: number): number | undefined {
  const duration = readDuration(text)
  if (duration !== undefined) return now + duration
  const date = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text.trim())
  if (!date) return undefined
  const [whole, time, , , zone] = date
  const moment = Date.parse(time !== undefined && zone === undefined ? `${whole}Z` : whole)
  return Number.isNaN(moment) ? undefined : moment
}
