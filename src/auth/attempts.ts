import { networkOf } from './networks.ts'
import { openWindows } from './windows.ts'

/** Counts tries of whoever is not signed in, so that nobody guesses, or keeps the hub busy with hashing passwords. */
export interface Attempts {
  /** False when `address` has tried `what` too often within the minute. */
  admit(what: string, address: string): boolean
}

/** As many as at each way to sign in. `now` gives Unix milliseconds. */
export function openAttempts({ now = Date.now, most = 30 }: { now?: () => number; most?: number } = {}): Attempts {
  const windows = openWindows({ most, seconds: 60 }, now)
  return { admit: (what, address) => windows.count(`${what} ${networkOf(address)}`).admitted }
}
