import { DiskFull, isDiskFull } from '../db/disk-space.ts'
import { alone, type Peers } from '../peers.ts'

/** What has ended: `token 7`, `secret 9`, `digest …`, `session 3`, `account 4`. */
export type Ended = `${'token' | 'secret' | 'digest' | 'session' | 'account'} ${string | number}`

/**
 * Tokens, sessions and accounts that were ended while the disk was full. They are refused from memory, in every process of the hub,
 * until their end is stored; a hub that restarts before that has forgotten them, so nobody is told that they have ended.
 */
export interface UnstoredEnds {
  has(ended: Ended): boolean
  /**
   * Stores ends by `write`, and returns its result. Where the disk is full, refuses `ended` from memory at once, tells the other
   * processes, and tries to store them again later.
   * @throws DiskFull when they are not stored
   */
  store<Result>(ended: readonly Ended[], write: () => Promise<Result>): Promise<Result>
  /** Refuses this no longer, and stores no end of it: it was allowed again. */
  withdraw(ended: Ended): void
  close(): void
}

/** Nothing is refused from memory: for commands, which end with an error instead. */
export const storedOnly: UnstoredEnds = {
  has: () => false,
  store: (_ended, write) => write(),
  withdraw: () => undefined,
  close: () => undefined,
}

const retryMilliseconds = 5000

interface Told {
  /** All that the sender knows. */
  ended: Ended[]
  stored: Ended[]
}

export function openUnstoredEnds(peers: Peers = alone): UnstoredEnds {
  const known = new Set<Ended>()
  const waiting = new Map<readonly Ended[], () => Promise<unknown>>()
  // A worker that starts later hears the latest message, so each holds everything.
  const channel = peers.channel<Told>('unstored ends', { keepsLatest: true })
  channel.hear(({ ended, stored }) => {
    for (const each of ended) known.add(each)
    for (const each of stored) known.delete(each)
  })
  const tell = (stored: readonly Ended[] = []) => channel.tell({ ended: [...known], stored: [...stored] })
  let timer: NodeJS.Timeout | undefined
  const startTimer = () => {
    timer ??= setTimeout(async () => {
      for (const [ended, write] of [...waiting]) await settle(ended, write)
      timer = undefined
      if (waiting.size > 0) startTimer()
    }, retryMilliseconds).unref()
  }
  const settle = async (ended: readonly Ended[], write: () => Promise<unknown>) => {
    try {
      await write()
    } catch (error) {
      // What cannot be stored for another reason, such as a token that is gone, has nothing to refuse.
      if (isDiskFull(error)) return
    }
    waiting.delete(ended)
    for (const each of ended) known.delete(each)
    tell(ended)
  }
  return {
    has: (ended) => known.size > 0 && known.has(ended),
    async store(ended, write) {
      try {
        return await write()
      } catch (error) {
        if (!isDiskFull(error)) throw error
        for (const each of ended) known.add(each)
        waiting.set(ended, write)
        tell()
        startTimer()
        throw new DiskFull(notStored, { cause: error })
      }
    },
    withdraw(ended) {
      if (!known.delete(ended)) return
      for (const each of waiting.keys()) if (each.includes(ended)) waiting.delete(each)
      tell([ended])
    },
    close: () => clearTimeout(timer),
  }
}

const notStored =
  'The disk of this hub is full, so the end is not stored. It is in effect, but only until the hub restarts: free space, and try again.'
