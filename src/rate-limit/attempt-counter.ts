import { type FixedWindowLimiter, type LimitResult, openFixedWindowLimiter, type Rate } from './fixed-window.ts'

/** Counts what few may try often, exactly and for the hub as a whole, however many processes serve it. */
export interface AttemptCounter {
  count(key: string, rate: Rate): Promise<LimitResult>
}

/** `now` gives milliseconds. */
export function openAttemptCounter(now: () => number = Date.now): AttemptCounter {
  /** One for each rate, of which the code names a handful. */
  const windows = new Map<string, FixedWindowLimiter>()
  return {
    async count(key, rate) {
      const name = `${rate.most}/${rate.seconds}`
      const known = windows.get(name) ?? openFixedWindowLimiter(rate, { now })
      windows.set(name, known)
      return known.count(key)
    },
  }
}
