/** Units with the number of seconds at which each begins, and its length in seconds; the largest first. */
const units = [
  { unit: 'year', from: 345 * 86_400, length: 365.25 * 86_400 },
  { unit: 'month', from: 29 * 86_400, length: 30.4375 * 86_400 },
  { unit: 'week', from: 14 * 86_400, length: 7 * 86_400 },
  { unit: 'day', from: 22 * 3600, length: 86_400 },
  { unit: 'hour', from: 3570, length: 3600 },
  { unit: 'minute', from: 60, length: 60 },
] as const

const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

/**
 * Returns how far a time is from now, in one unit and rounded to the nearest number of it: `3 hours ago`, `in 1 day`,
 * `in 3 months` (90 days), `just now`. A time of which a moment has passed since it was set is still told as it was set:
 * "in 1 day", not "in 23 hours". Days count up to two weeks, hours up to 22.
 */
export function relativeTime(time: Date, now: Date): string {
  const seconds = (time.getTime() - now.getTime()) / 1000
  const distance = Math.abs(seconds)
  const found = units.find(({ from }) => distance >= from - slack(from))
  if (!found) return seconds > 0 ? 'in less than a minute' : 'just now'
  const count = Math.max(1, Math.round(distance / found.length))
  return words.format(seconds < 0 ? -count : count, found.unit)
}

/** What may pass between setting a time and showing it, in seconds: at most a minute, and little of a short time. */
const slack = (from: number) => (from >= 86_400 ? 60 : 0)
