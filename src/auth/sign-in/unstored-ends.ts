import { DiskFull, isDiskFull } from '../../db/disk-space.ts'
import { singleProcess, type WorkerBus } from '../../worker-bus/worker-bus.ts'
import { DomainError } from '../errors.ts'

/** What has ended: `token 7`, `secret 9`, `digest …`, `session 3`, `account 4`. */
export type Ended = `${'token' | 'secret' | 'digest' | 'session' | 'account'} ${string | number}`

/**
 * Tokens, sessions and accounts that were ended while the disk was full. They are refused from memory, in every process of the hub,
 * until their end is stored. A restart before that makes them valid again, so the request that ended them gets an error.
 */
export interface UnstoredEnds {
  has(ended: Ended): boolean
  /**
   * Stores ends by `write`, and returns its result. When the disk is full, refuses `ended` from memory at once, in all processes, and
   * calls `write` again every 5 seconds until it succeeds.
   * @throws DiskFull when they are not stored
   */
  store<Result>(ended: readonly Ended[], write: () => Promise<Result>): Promise<Result>
  /** Stops refusing `ended`, and does not store its end: the access was allowed again. */
  withdraw(ended: Ended): void
  close(): void
}

/** Refuses nothing from memory: for commands, which end with an error instead. */
export const storedOnly: UnstoredEnds = {
  has: () => false,
  store: (_ended, write) => write(),
  withdraw: () => undefined,
  close: () => undefined,
}

const retryMilliseconds = 5000

interface Told {
  /** All unstored ends that the sender knows. */
  ended: Ended[]
  stored: Ended[]
}

export function openUnstoredEnds(workerBus: WorkerBus = singleProcess): UnstoredEnds {
  const known = new Set<Ended>()
  const waiting = new Map<readonly Ended[], () => Promise<unknown>>()
  // A worker that starts later hears the latest message, so each holds everything.
  const channel = workerBus.channel<Told>('unstored ends', { retainLatest: true })
  channel.subscribe(({ ended, stored }) => {
    for (const each of ended) known.add(each)
    for (const each of stored) known.delete(each)
  })
  const tell = (stored: readonly Ended[] = []) => channel.publish({ ended: [...known], stored: [...stored] })
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
      // A token or an account that is gone has nothing to refuse. After any other error the end is still not stored.
      if (!(error instanceof DomainError)) return
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
