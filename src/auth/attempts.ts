import { networkOf } from './networks.ts'
import type { Tries } from './tries.ts'

/** Counts tries of whoever is not signed in, so that nobody guesses, or keeps the hub busy with hashing passwords. */
export interface Attempts {
  /** False when `address` has tried `what` too often within the minute. */
  admit(what: string, address: string): Promise<boolean>
}

/** As many as at each way to sign in. */
export const attemptRate = { most: 30, seconds: 60 }

export const openAttempts = (tries: Tries): Attempts => ({
  admit: async (what, address) => (await tries.count(`${what} ${networkOf(address)}`, attemptRate)).admitted,
})
