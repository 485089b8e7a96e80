import { LRUCache } from 'lru-cache'
import type { Channel } from '../worker-bus/worker-bus.ts'

/** So many within so long. */
export interface Rate {
  most: number
  seconds: number
}

/** What one that was counted finds. */
export interface LimitResult {
  /** False once more than the rate allows were counted in this window. */
  admitted: boolean
  /** How many more this window takes. */
  left: number
  /** Until the next window begins, rounded up: never zero. */
  resetSeconds: number
}

/** Counts what happens to each key, in a window that begins with the first of it. */
export interface FixedWindowLimiter {
  count(key: string): LimitResult
}

/** How often each key was counted since it was told last. */
export type CountUpdate = [key: string, times: number][]

/**
 * Windows of a rate. What is counted beyond it lengthens nothing: with the next window everything is admitted again.
 * Of the keys only the 10,000 latest are remembered, so that nobody fills the memory with new ones.
 * `now` gives milliseconds. By `channel` several processes count as one, without waiting for each other: what comes in
 * the few milliseconds that a count takes to the others is admitted beyond the rate.
 */
export function openFixedWindowLimiter(
  { most, seconds }: Rate,
  { now = Date.now, channel }: { now?: (() => number) | undefined; channel?: Channel<CountUpdate> | undefined } = {},
): FixedWindowLimiter {
  const windows = new LRUCache<string, { began: number; count: number }>({ max: maxKeys })
  const windowMs = seconds * 1000
  const tell = channel && tellSoon(channel)

  const windowOf = (key: string, at: number) => {
    const known = windows.get(key)
    // A clock that was set back must not make a window longer.
    if (known !== undefined && at >= known.began && at - known.began < windowMs) return known
    const window = { began: at, count: 0 }
    windows.set(key, window)
    return window
  }
  channel?.subscribe((counts) => {
    for (const [key, times] of counts) windowOf(key, now()).count += times
  })
  return {
    count(key) {
      const at = now()
      const window = windowOf(key, at)
      window.count++
      // Beyond the rate there is no news: the others have heard of as many as they may admit.
      if (window.count <= most) tell?.(key)
      return {
        admitted: window.count <= most,
        left: Math.max(0, most - window.count),
        resetSeconds: Math.max(1, Math.ceil((window.began + windowMs - at) / 1000)),
      }
    },
  }
}

const maxKeys = 10_000
const togetherMilliseconds = 5

/** Tells what is counted within some milliseconds in one message. */
function tellSoon(channel: Channel<CountUpdate>): (key: string) => void {
  const waiting = new Map<string, number>()
  const tell = () => {
    channel.publish([...waiting])
    waiting.clear()
  }
  return (key) => {
    if (waiting.size === 0) setTimeout(tell, togetherMilliseconds).unref()
    waiting.set(key, (waiting.get(key) ?? 0) + 1)
  }
}
