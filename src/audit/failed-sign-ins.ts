import type { Database } from '../db/database.ts'
import type { ActorContext } from './actor-context.ts'
import type { AuditDetails } from './kinds.ts'
import { recordAudit } from './record.ts'

/** Somebody who did not get in. */
export interface FailedSignIn extends Omit<AuditDetails['sign-in-failed'], 'times'> {
  accountId: number | null
  by: ActorContext
}

/**
 * Records sign-ins that failed. The first of a kind is written at once; those that follow it within a minute become one
 * entry at its end, so that whoever guesses at passwords fills no disk.
 */
export interface FailedSignIns {
  record(failed: FailedSignIn): Promise<void>
  /** Writes what waits. */
  close(): Promise<void>
}

/** `now` gives Unix milliseconds; `onError` is told when those that follow could not be written. */
export function openFailedSignIns({
  database,
  now,
  onError,
}: {
  database: Database
  now: () => number
  onError: (error: unknown) => void
}): FailedSignIns {
  const minutes = new Map<string, Minute>()
  let written: Promise<unknown> = Promise.resolve()

  const write = ({ accountId, by, ...details }: FailedSignIn, times: number) =>
    database.write((transaction) =>
      recordAudit(transaction, { kind: 'sign-in-failed', at: now(), accountId, by, details: { ...details, times } }),
    )
  const end = (key: string) => {
    const minute = minutes.get(key)
    if (!minute) return
    clearTimeout(minute.timer)
    minutes.delete(key)
    const { first, following } = minute
    if (following > 0) written = Promise.all([written, write(first, following).catch(onError)])
  }
  return {
    async record(failed) {
      const key = JSON.stringify([failed.accountId, failed.way, failed.reason, failed.by.network])
      const minute = minutes.get(key)
      if (minute) {
        minute.following++
        return
      }
      const [oldest] = minutes.keys()
      if (minutes.size >= maxMinutes && oldest !== undefined) end(oldest)
      minutes.set(key, { first: failed, following: 0, timer: setTimeout(() => end(key), minuteMs).unref() })
      await write(failed, 1)
    },
    async close() {
      for (const key of minutes.keys()) end(key)
      await written
    },
  }
}

const minuteMs = 60_000
/** Bounds the memory. */
const maxMinutes = 1000

interface Minute {
  first: FailedSignIn
  /** So many came after the first. */
  following: number
  timer: NodeJS.Timeout
}
