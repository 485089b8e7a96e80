import assert from 'node:assert/strict'
import type { Database } from '../db/database.ts'
import { type AuditEntry, openAuditLog } from './audit-log.ts'

/** Everything in the log, oldest first. */
export async function everything(database: Database): Promise<AuditEntry[]> {
  const { entries } = await openAuditLog(database).list({ limit: 1000 })
  return entries.toReversed()
}

/** What came since the entry of `since`, in short: `kind username details`. */
export async function entriesRecordedSince(database: Database, since: number): Promise<string[]> {
  const entries = await everything(database)
  return entries
    .filter(({ id }) => id > since)
    .map(({ kind, account, details }) => `${kind} ${account?.username ?? '-'} ${JSON.stringify(details)}`)
}

export const lastId = async (database: Database): Promise<number> => (await everything(database)).at(-1)?.id ?? 0

/** No column of any entry holds one of these. */
export async function holdsNone(database: Database, secrets: readonly string[]): Promise<void> {
  const rows = await database.kysely.selectFrom('audit_event').selectAll().execute()
  const text = JSON.stringify(rows)
  for (const secret of secrets) {
    assert.ok(secret.length >= 6, 'a secret worth the name')
    assert.ok(!text.includes(secret), `the log holds ${secret}`)
  }
}
