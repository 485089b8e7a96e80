import { type Counted, openWindows, type Rate, type Windows } from './fixed-window.ts'

/** Counts what few may try often, exactly and for the hub as a whole, however many processes serve it. */
export interface Tries {
  count(key: string, rate: Rate): Promise<Counted>
}

/** `now` gives milliseconds. */
export function openTries(now: () => number = Date.now): Tries {
  /** One for each rate, of which the code names a handful. */
  const windows = new Map<string, Windows>()
  return {
    async count(key, rate) {
      const name = `${rate.most}/${rate.seconds}`
      const known = windows.get(name) ?? openWindows(rate, { now })
      windows.set(name, known)
      return known.count(key)
    },
  }
}
