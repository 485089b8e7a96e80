import { networkOf } from '../auth/networks.ts'
import type { Database } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import type { AttemptCounter } from './attempt-counter.ts'
import type { LimitResult } from './fixed-window.ts'

/** A secret that can be guessed. Endpoints that check the same secret share one count. */
export type AttemptKind =
  | 'password'
  | 'second factor'
  | 'passkey'
  | 'provider'
  | 'first password'
  | 'setup code'
  | 'sign-up'
  | 'password reset'

/** Counts attempts at secrets before they are checked, so that parallel requests check no more than the limit. */
export interface AttemptLimiter {
  /**
   * Counts one attempt from the network of `address`, in one step for all processes on the database. The secret must not be
   * checked when it is not admitted.
   */
  admit(kind: AttemptKind, address: string): Promise<LimitResult>
  /** Counts a report of leaked tokens, in memory: a report guesses nothing, and works while nothing can be written. */
  admitReport(address: string): Promise<LimitResult>
}

/** Attempts of one kind from one network: at most `most` in `seconds`. */
export const attemptRate = { most: 30, seconds: 60 }

/** `now` gives Unix milliseconds. */
export function openAttemptLimiter({
  database,
  attemptCounter,
  now = Date.now,
}: {
  database: Database
  attemptCounter: AttemptCounter
  now?: () => number
}): AttemptLimiter {
  // Primary key.
  const windowOf = database.lookup((query, values: BindPlaceholder<{ kind: string; network: string }>) =>
    query
      .selectFrom('attempt_window')
      .select(['began_at', 'attempts'])
      .where('kind', '=', values('kind'))
      .where('network', '=', values('network')),
  )
  const isCurrent = (beganAt: number, at: number) => Math.abs(at - beganAt) < windowMs
  const counted = ({ began_at, attempts }: { began_at: number; attempts: number }, at: number): LimitResult => ({
    admitted: attempts <= attemptRate.most,
    left: Math.max(0, attemptRate.most - attempts),
    resetSeconds: Math.max(1, Math.ceil((began_at + windowMs - at) / 1000)),
  })

  return {
    async admit(kind, address) {
      const network = networkOf(address)
      const seen = await windowOf.first({ kind, network })
      const at = now()
      // A flood beyond the limit writes nothing.
      if (seen && seen.attempts >= attemptRate.most && isCurrent(seen.began_at, at))
        return counted({ ...seen, attempts: seen.attempts + 1 }, at)
      return database.write(async (transaction) => {
        const at = now()
        // Index `attempt_window_began`. A window in the future is one from before the clock was set back.
        await transaction
          .deleteFrom('attempt_window')
          .where((where) => where.or([where('began_at', '<=', at - windowMs), where('began_at', '>=', at + windowMs)]))
          .execute()
        const window = await transaction
          .insertInto('attempt_window')
          .values({ kind, network, began_at: at, attempts: 1 })
          .onConflict((conflict) =>
            conflict
              .columns(['kind', 'network'])
              .doUpdateSet((row) => ({ attempts: row('attempt_window.attempts', '+', 1) })),
          )
          .returning(['began_at', 'attempts'])
          .executeTakeFirstOrThrow()
        return counted(window, at)
      })
    },
    admitReport: (address) => attemptCounter.count(`token report ${networkOf(address)}`, attemptRate),
  }
}

const windowMs = attemptRate.seconds * 1000
