import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { withHub } from '../auth/hub.fixture.ts'
import type { Database } from '../db/database.ts'
import { prepareStatement } from '../db/prepared-statement.ts'
import { hubItself } from './actor-context.ts'
import { entriesSince, openAuditLog } from './audit-log.ts'
import { recordAudit } from './record.ts'

const recordAt = (database: Database, times: readonly number[]) =>
  database.write(async (transaction) => {
    for (const at of times) {
      const details = { path: String(at) }
      await recordAudit(transaction, { kind: 'folder-added', at, accountId: null, by: hubItself, details })
    }
  })

const everythingSince = async (database: Database, since: number, limit: number) => {
  const log = openAuditLog(database)
  const found: number[] = []
  for (let below: number | undefined = Number.MAX_SAFE_INTEGER; below !== undefined; ) {
    const { entries, nextBelow } = await log.list({ since, below, limit })
    found.push(...entries.map(({ at }) => at))
    below = nextBelow
  }
  return found
}

test('what came since a moment is found whole, page by page, where the clock was put back as well', () =>
  withHub(async ({ database }) => {
    await recordAt(database, [1000, 5000, 2000, 3000, 4000])
    assert.deepEqual(await everythingSince(database, 2000, 2), [4000, 3000, 2000, 5000])
    assert.deepEqual(await everythingSince(database, 4500, 2), [5000])
    assert.deepEqual(await everythingSince(database, 6000, 2), [])
    await recordAt(
      database,
      Array.from({ length: 1500 }, (_, ago) => 10_000 + ago),
    )
    assert.equal((await everythingSince(database, 10_000, 400)).length, 1500)
    assert.equal((await everythingSince(database, 2000, 400)).length, 1504)
  }))

test('a search of what came since a moment goes no further back than that: both its ends are sought', () =>
  withHub(async ({ database }) => {
    const query = prepareStatement<{ since: number; below: number; limit: number }, unknown>((values) =>
      entriesSince(database.kysely, values),
    )
    const { rows } = await sql<{ detail: string }>`${sql.raw(`explain query plan ${query.sql}`)}`.execute(
      database.kysely,
    )
    const plan = rows.map(({ detail }) => detail)
    assert.ok(plan.includes('SEARCH audit_event USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)'), plan.join('\n'))
    assert.ok(plan.includes('SEARCH audit_event USING COVERING INDEX audit_event_at (at>?)'), plan.join('\n'))
  }))
