import { LRUCache } from 'lru-cache'

/** So many within so long. */
export interface Rate {
  most: number
  seconds: number
}

/** What one that was counted finds. */
export interface Counted {
  /** False once more than the rate allows were counted in this window. */
  admitted: boolean
  /** How many more this window takes. */
  left: number
  /** Until the next window begins, rounded up: never zero. */
  resetSeconds: number
}

/** Counts what happens to each key, in a window that begins with the first of it. */
export interface Windows {
  count(key: string): Counted
}

/**
 * Windows of a rate. What is counted beyond it lengthens nothing: with the next window everything is admitted again.
 * Of the keys only the 10,000 latest are remembered, so that nobody fills the memory with new ones.
 * `now` gives milliseconds.
 */
export function openWindows({ most, seconds }: Rate, now: () => number = Date.now): Windows {
  const windows = new LRUCache<string, { began: number; count: number }>({ max: mostKeys })
  const windowMs = seconds * 1000
  return {
    count(key) {
      const at = now()
      const known = windows.get(key)
      // A clock that was set back must not make a window longer.
      const isRunning = known !== undefined && at >= known.began && at - known.began < windowMs
      const window = isRunning ? known : { began: at, count: 0 }
      if (!isRunning) windows.set(key, window)
      window.count++
      return {
        admitted: window.count <= most,
        left: Math.max(0, most - window.count),
        resetSeconds: Math.max(1, Math.ceil((window.began + windowMs - at) / 1000)),
      }
    },
  }
}

const mostKeys = 10_000
