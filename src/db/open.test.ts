import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { BindPlaceholder } from './prepared-statement.ts'
import { openSqliteDatabase } from './sqlite/open.ts'

async function withDatabase(run: (file: string) => Promise<void>) {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-db-'))
  try {
    await run(join(directory, 'modelkeep.db'))
  } finally {
    await rm(directory, { recursive: true })
  }
}

test('what was written is found by look-ups and searches, and again after reopening', () =>
  withDatabase(async (file) => {
    for (const round of [1, 2]) {
      const db = await openSqliteDatabase(file)
      if (round === 1) {
        await db.write((trx) =>
          trx.insertInto('tag').values({ name: 'Anime', name_key: 'anime', model_count: 3 }).execute(),
        )
      }
      const byName = db.lookup((query, values: BindPlaceholder<{ key: string }>) =>
        query.selectFrom('tag').selectAll().where('name_key', '=', values('key')),
      )
      assert.deepEqual(
        { ...(await byName.first({ key: 'anime' })) },
        { id: 1, name: 'Anime', name_key: 'anime', model_count: 3 },
      )
      await db.close()
    }
  }))

test('several open a database that nobody has made yet, at once', async () => {
  for (let round = 0; round < 3; round++)
    await withDatabase(async (file) => {
      const opened = await Promise.allSettled(Array.from({ length: 6 }, () => openSqliteDatabase(file)))
      for (const each of opened) if (each.status === 'fulfilled') await each.value.close()
      assert.deepEqual(
        opened.map(({ status }) => status),
        Array(6).fill('fulfilled'),
      )
    })
})

test('a change of the catalog moves the revision, another change does not', () =>
  withDatabase(async (file) => {
    const db = await openSqliteDatabase(file)
    const before = db.catalogRevision()
    await db.write((trx) => trx.insertInto('id_sequence').values({ name: 'a', next_id: 1 }).execute())
    assert.equal(db.catalogRevision(), before)
    await db.write((trx) => trx.insertInto('id_sequence').values({ name: 'b', next_id: 1 }).execute(), {
      changes: 'catalog',
    })
    assert.notEqual(db.catalogRevision(), before)
    await db.close()
  }))

test('what changed since a revision is told by keys, as anything where it is not known', () =>
  withDatabase(async (file) => {
    const [db, elsewhere] = [await openSqliteDatabase(file), await openSqliteDatabase(file)]
    const change = (keys: readonly string[] | 'catalog', by = db) =>
      by.write(async () => keys, { changes: (made) => made })
    const start = elsewhere.catalogRevision()
    await change(['a', 'b'])
    await change([])
    await change(['b', 'c'])
    const later = elsewhere.catalogRevision()
    assert.equal(later, start + 2)
    assert.deepEqual(elsewhere.catalogChangesSince(start), ['a', 'b', 'c'])
    assert.deepEqual(elsewhere.catalogChangesSince(later), [])
    await change('catalog', elsewhere)
    assert.deepEqual(elsewhere.catalogChangesSince(start), 'catalog')
    await change(['d'])
    assert.deepEqual(elsewhere.catalogChangesSince(elsewhere.catalogRevision() - 1), ['d'])
    await db.write((transaction) => transaction.deleteFrom('catalog_change').where('keys', 'like', '%"b"%').execute())
    assert.deepEqual(elsewhere.catalogChangesSince(start), 'catalog')
    await Promise.all([db.close(), elsewhere.close()])
  }))

test('a kept look-up gives what any process has committed since, of each value its own', () =>
  withDatabase(async (file) => {
    const [db, elsewhere] = [await openSqliteDatabase(file), await openSqliteDatabase(file)]
    const nextId = db.keptLookup((query, values: BindPlaceholder<{ name: string }>) =>
      query.selectFrom('id_sequence').select('next_id').where('name', '=', values('name')),
    )
    const found = async () =>
      [await nextId.first({ name: 'a' }), await nextId.first({ name: 'b' })].map((row) => row?.next_id)
    assert.deepEqual(await found(), [undefined, undefined])
    for (const [round, writer] of [db, elsewhere, db, elsewhere].entries()) {
      await writer.write((trx) =>
        trx
          .insertInto('id_sequence')
          .values([
            { name: 'a', next_id: round },
            { name: 'b', next_id: 10 + round },
          ])
          .onConflict((conflict) =>
            conflict.column('name').doUpdateSet({ next_id: (row) => row.ref('excluded.next_id') }),
          )
          .execute(),
      )
      assert.deepEqual(await found(), [round, 10 + round])
    }
    await Promise.all([db.close(), elsewhere.close()])
  }))

test('a transaction that fails leaves nothing behind and lets the next one through', () =>
  withDatabase(async (file) => {
    const db = await openSqliteDatabase(file)
    await assert.rejects(
      db.write(async (trx) => {
        await trx.insertInto('id_sequence').values({ name: 'a', next_id: 1 }).execute()
        throw new Error('no')
      }),
      /no/,
    )
    const rows = await db.write((trx) => trx.selectFrom('id_sequence').selectAll().execute())
    assert.deepEqual(rows, [])
    await db.close()
  }))

test('two processes that write without pause both get their turns', () =>
  withDatabase(async (file) => {
    const [one, other] = [await openSqliteDatabase(file), await openSqliteDatabase(file)]
    const until = performance.now() + 1500
    const turns = await Promise.all(
      [one, other].map(async (db, index) => {
        let count = 0
        let longestWait = 0
        while (performance.now() < until) {
          const asked = performance.now()
          await db.write((trx) =>
            trx
              .insertInto('id_sequence')
              .values({ name: `${index}-${count}`, next_id: 1 })
              .execute(),
          )
          longestWait = Math.max(longestWait, performance.now() - asked)
          count++
        }
        return { count, longestWait }
      }),
    )
    assert.ok(
      turns.every(({ count }) => count > turns.reduce((sum, turn) => sum + turn.count, 0) / 10),
      `turns were ${JSON.stringify(turns)}`,
    )
    await one.close()
    await other.close()
  }))

test('a newer schema is refused with one clear line', () =>
  withDatabase(async (file) => {
    const db = await openSqliteDatabase(file)
    await db.write((trx) => trx.insertInto('migration').values({ id: 999, name: 'later', applied_at: 0 }).execute())
    await db.close()
    await assert.rejects(openSqliteDatabase(file), { name: 'NewerSchema', message: /schema 999.*newer modelkeep/ })
  }))
