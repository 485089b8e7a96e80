import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Database } from '../../db/database.ts'
import { openSqliteDatabase } from '../../db/sqlite/open.ts'
import { type AnonymousUsage, openAnonymousUsage } from './anonymous-usage.ts'

const dayMs = 86_400_000

async function withUse(
  run: (tools: { use: AnonymousUsage; database: Database; clock: { now: number } }) => Promise<void>,
) {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-anonymous-'))
  const database = await openSqliteDatabase(join(directory, 'modelkeep.db'))
  const clock = { now: 1_800_000_000_000 }
  try {
    const use = openAnonymousUsage(database, { now: () => clock.now })
    await run({ use, database, clock })
    await use.close()
  } finally {
    await database.close()
    await rm(directory, { recursive: true })
  }
}

test('requests of a program add up, over writes and processes, and it was last seen when it was', () =>
  withUse(async ({ use, database, clock }) => {
    const other = openAnonymousUsage(database, { now: () => clock.now - 1000 })
    const sender = { address: '::ffff:10.0.0.1', userAgent: 'tool/1' }
    use.count(sender)
    use.count(sender)
    await use.list()
    clock.now += 5000
    use.count(sender)
    clock.now++
    use.count({ address: '10.0.0.2', userAgent: undefined })
    await use.list()
    other.count(sender)
    await other.close()
    assert.deepEqual((await use.list()).programs, [
      { network: '10.0.0.2', agent: '', lastSeenAt: clock.now, requests: 1 },
      { network: '10.0.0.1', agent: 'tool/1', lastSeenAt: clock.now - 1, requests: 4 },
    ])
  }))

test('who has not come for 30 days is forgotten', () =>
  withUse(async ({ use, database, clock }) => {
    use.count({ address: '10.0.0.1', userAgent: 'old' })
    await use.list()
    clock.now += 29 * dayMs
    assert.equal((await use.list()).programs.length, 1)
    clock.now += 2 * dayMs
    assert.deepEqual(await use.list(), { programs: [], isComplete: true })
    use.count({ address: '10.0.0.1', userAgent: 'new' })
    await use.list()
    const kept = await database.kysely.selectFrom('anonymous_client').select('agent').execute()
    assert.deepEqual(kept, [{ agent: 'new' }])
  }))

test('a flood of made-up names hides no other address, and fills no disk', () =>
  withUse(async ({ use, database, clock }) => {
    use.count({ address: '10.0.0.1', userAgent: 'tool/1' })
    await use.list()
    for (let round = 0; round < 3; round++) {
      clock.now += 1000
      for (let count = 0; count < 2000; count++)
        use.count({ address: '10.0.0.2', userAgent: `flood/${round}-${count} mk_secret` })
      assert.equal((await use.list()).programs.filter(({ network }) => network === '10.0.0.2').length, 20)
    }
    const { programs, isComplete } = await use.list()
    assert.ok(programs.some(({ agent }) => agent === 'tool/1'))
    assert.equal(isComplete, false)
    for (let round = 0; round < 2; round++) {
      clock.now += 1000
      for (let count = 0; count < 2000; count++)
        use.count({ address: `10.${round}.${count >> 8}.${count & 255}`, userAgent: '' })
      await use.list()
    }
    const { n } = await database.kysely
      .selectFrom('anonymous_client')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    assert.equal(n, 500)
  }))

test('what cannot be written is kept and tried again', () =>
  withUse(async ({ use, database }) => {
    const sender = { address: '10.0.0.1', userAgent: 'tool/1' }
    await database.kysely.schema.alterTable('anonymous_client').renameTo('elsewhere').execute()
    use.count(sender)
    await assert.rejects(use.close())
    use.count(sender)
    await database.kysely.schema.alterTable('elsewhere').renameTo('anonymous_client').execute()
    assert.equal((await use.list()).programs[0]?.requests, 2)
  }))

test('a write that failed is tried again by itself', (t) =>
  withUse(async ({ use, database }) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    await database.kysely.schema.alterTable('anonymous_client').renameTo('elsewhere').execute()
    use.count({ address: '10.0.0.1', userAgent: 'tool/1' })
    t.mock.timers.tick(60_000)
    // Behind the write that fails.
    await database.write(async () => undefined)
    await database.kysely.schema.alterTable('elsewhere').renameTo('anonymous_client').execute()
    t.mock.timers.tick(60_000)
    await database.write(async () => undefined)
    const kept = await database.kysely.selectFrom('anonymous_client').select(['agent', 'requests']).execute()
    assert.deepEqual(kept, [{ agent: 'tool/1', requests: 1 }])
  }))
