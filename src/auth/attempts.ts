import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'

/** Counts tries of whoever is not signed in, so that nobody guesses, or keeps the hub busy with hashing passwords. */
export interface Attempts {
  /** False when `address` has tried `what` too often within the minute. */
  admit(what: string, address: string): boolean
}

/** As many as at each way to sign in. `now` gives Unix milliseconds. */
export function openAttempts({ now = Date.now, most = 30 }: { now?: () => number; most?: number } = {}): Attempts {
  const windows = new LRUCache<string, { began: number; count: number }>({ max: 10_000 })
  return {
    admit(what, address) {
      const key = `${what} ${neighbourhood(address)}`
      const at = now()
      const known = windows.get(key)
      const window = known && at - known.began < windowMs ? known : { began: at, count: 0 }
      window.count++
      windows.set(key, window)
      return window.count <= most
    },
  }
}

const windowMs = 60_000

/** An IPv6 address stands for the network of 64 bits that one customer gets, so that none has more tries than another. */
function neighbourhood(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString()
}
