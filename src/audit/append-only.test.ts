import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { auditSignUpPolicy } from '../auth/accounts/audit-sign-up-policy.ts'
import { withHub } from '../auth/hub.fixture.ts'
import type { Database } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { hubItself } from './actor-context.ts'
import { everything } from './audit.fixture.ts'
import { recordAudit } from './record.ts'
import { openAuditRetention } from './retention.ts'

const dayMs = 86_400_000

const record = (database: Database, { at = Date.now(), path = '/srv/models' } = {}) =>
  database.write((transaction) =>
    recordAudit(transaction, { kind: 'folder-added', at, accountId: null, by: hubItself, details: { path } }),
  )

const pathsOf = async (database: Database) => (await everything(database)).map(({ details }) => details.path)

const refuses = (kysely: Kysely<Schema>, statement: string, reason: RegExp) =>
  assert.rejects(sql.raw(statement).execute(kysely), reason, statement)

test('the database takes no change of an entry, and lets none go, whoever asks', () =>
  withHub(async ({ database }) => {
    await record(database)
    await record(database, { at: Date.now() - 2 * dayMs })
    const before = await everything(database)
    const { kysely } = database
    await refuses(kysely, `update audit_event set network = ''`, /append-only/)
    await refuses(kysely, `update audit_event set at = 0 where id = 1`, /append-only/)
    await refuses(kysely, `delete from audit_event`, /keeps this entry/)
    await refuses(kysely, `delete from audit_event where id = 2`, /keeps this entry/)
    await refuses(
      kysely,
      `insert or replace into audit_event (id, at, kind, actor, network, agent, details) values (1, 0, '', 'hub', '', '', '{}')`,
      /append-only/,
    )
    await refuses(
      kysely,
      `insert into audit_event (id, at, kind, actor, network, agent, details) values (1, 0, '', 'hub', '', '', '{}')
        on conflict (id) do update set kind = ''`,
      /append-only/,
    )
    assert.deepEqual(await everything(database), before)
  }))

test('what is kept is a day at the least, and its beginning never moves back, goes or doubles', () =>
  withHub(async ({ database: { kysely } }) => {
    const at = (ago: number) => Date.now() - ago
    await refuses(kysely, `update audit_start set keep_from = ${at(0)}`, /keeps a day/)
    await refuses(kysely, `update audit_start set keep_from = ${at(dayMs - 60_000)}`, /keeps a day/)
    await sql.raw(`update audit_start set keep_from = ${at(3 * dayMs)}`).execute(kysely)
    await refuses(kysely, `update audit_start set keep_from = ${at(4 * dayMs)}`, /keeps a day/)
    await refuses(kysely, `delete from audit_start`, /has a beginning/)
    await refuses(kysely, `insert into audit_start (id, keep_from) values (2, 0)`, /has a beginning/)
    await refuses(kysely, `insert or replace into audit_start (id, keep_from) values (1, 0)`, /has a beginning/)
  }))

test('what has been kept for long enough goes, and nothing younger', () =>
  withHub(async ({ database }) => {
    const now = Date.now()
    const keep = async (days: number) => {
      const errors: unknown[] = []
      await openAuditRetention({ database, days, now: () => now, onError: (error) => void errors.push(error) }).close()
      assert.deepEqual(errors, [])
    }
    for (const days of [400, 366, 364, 2, 0]) await record(database, { at: now - days * dayMs, path: `${days}` })
    await keep(365)
    assert.deepEqual(await pathsOf(database), ['364', '2', '0'])
    await keep(3650)
    assert.deepEqual(await pathsOf(database), ['364', '2', '0'])
    await keep(1)
    assert.deepEqual(await pathsOf(database), ['0'])
    // Ids are not given again.
    await record(database)
    assert.deepEqual(
      (await everything(database)).map(({ id }) => id),
      [5, 6],
    )
  }))

test('an entry and what it tells of are written together, or neither', () =>
  withHub(async ({ database }) => {
    await assert.rejects(
      database.write(async (transaction) => {
        const details = { path: '/srv/models' }
        await recordAudit(transaction, { kind: 'folder-added', at: 1, accountId: null, by: hubItself, details })
        throw new Error('the change fails')
      }),
      /the change fails/,
    )
    assert.deepEqual(await everything(database), [])
  }))

test('who may sign up is recorded when it is not what it was', () =>
  withHub(async ({ database }) => {
    for (const policy of ['off', 'off', 'open', 'open', 'invitation'] as const)
      await auditSignUpPolicy(database, policy)
    assert.deepEqual(
      (await everything(database)).map(({ details }) => details),
      [
        { from: null, to: 'off' },
        { from: 'off', to: 'open' },
        { from: 'open', to: 'invitation' },
      ],
    )
  }))
