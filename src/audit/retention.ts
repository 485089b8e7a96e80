import type { Database } from '../db/database.ts'

/** Lets go of entries that have been kept for long enough: when the hub starts, and every six hours. */
export interface AuditRetention {
  close(): Promise<void>
}

/** `onError` is told when the old ones could not be deleted; that is tried again. */
export function openAuditRetention({
  database,
  days,
  onError,
  now = Date.now,
}: {
  database: Database
  days: number
  onError: (error: unknown) => void
  now?: () => number
}): AuditRetention {
  // The database knows the time in whole seconds.
  const run = () => dropOldEntries(database, Math.floor(now() / 1000) * 1000 - days * dayMs).catch(onError)
  let running = run()
  const timer = setInterval(() => {
    running = running.then(run)
  }, everyMilliseconds).unref()
  return {
    async close() {
      clearInterval(timer)
      await running
    },
  }
}

const dayMs = 86_400_000
const everyMilliseconds = 6 * 3_600_000

/**
 * Deletes what is older than `before` (Unix milliseconds), the one way in which the database lets entries go: first
 * `audit_start` says what is kept, which is a day at the least and never less than it was (`append-only-audit.ts`).
 */
async function dropOldEntries({ write }: Database, before: number): Promise<void> {
  await write(async (transaction) => {
    await transaction.updateTable('audit_start').set({ keep_from: before }).where('keep_from', '<', before).execute()
    // Index `audit_event_at`.
    await transaction
      .deleteFrom('audit_event')
      .where('at', '<', before)
      .where('at', '<', (query) => query.selectFrom('audit_start').select('keep_from'))
      .execute()
  })
}
