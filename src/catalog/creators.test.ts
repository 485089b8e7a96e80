import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { prepareStatement } from '../db/prepared-statement.ts'
import { insertModel, insertModels } from './catalog.fixture.ts'
import { creatorPage, openCreators, type PageValues } from './creators.ts'
import { withModels } from './models/models.fixture.ts'
import type { OffsetRequest } from './offset-pagination.ts'

const withCreators = (
  names: readonly string[],
  run: (fixture: {
    database: Database
    list(request?: Partial<OffsetRequest>): Promise<{ names: string[]; totalItems: number }>
  }) => Promise<void>,
) =>
  withModels(async ({ database }) => {
    await insertModels(
      database,
      names.map((creator) => ({ creator })),
    )
    const creators = openCreators(database)
    await run({
      database,
      async list(request) {
        const { items, totalItems } = await creators.list({ limit: 20, offset: 0, ...request })
        return { names: items.map(({ username }) => username), totalItems }
      },
    })
  })

test('creators come by username, whatever its letter case, with the number of their models', () =>
  withCreators(['Zoe', 'ann', 'Bob', 'ann'], async ({ database, list }) => {
    assert.deepEqual(await list(), { names: ['ann', 'Bob', 'Zoe'], totalItems: 3 })
    const { items } = await openCreators(database).list({ limit: 1, offset: 0 })
    assert.deepEqual({ ...items[0] }, { username: 'ann', image: null, model_count: 2 })
  }))

test('accounts without a listed model are no creators', () =>
  withCreators(['ann'], async ({ database, list }) => {
    await insertModel(database, { creator: 'draughtsman', versions: [{ files: [] }] })
    assert.deepEqual(await list(), { names: ['ann'], totalItems: 1 })
  }))

test('a search finds what is anywhere in the name, in any letter case, and takes signs of patterns as they are', () =>
  withCreators(['Ärger', 'fox_art', 'foxXart', '007'], async ({ list }) => {
    assert.deepEqual((await list({ query: 'ÄRG' })).names, ['Ärger'])
    assert.deepEqual(await list({ query: 'ART' }), { names: ['fox_art', 'foxXart'], totalItems: 2 })
    assert.deepEqual(await list({ query: 'x_a' }), { names: ['fox_art'], totalItems: 1 })
    assert.deepEqual(await list({ query: '%' }), { names: [], totalItems: 0 })
    assert.deepEqual((await list({ query: ' 07 ' })).names, ['007'])
  }))

test('a part of the list is told with the number of all, which a change of the catalog renews', () =>
  withCreators(['a', 'b', 'c', 'd', 'e'], async ({ database, list }) => {
    assert.deepEqual(await list({ limit: 2, offset: 3 }), { names: ['d', 'e'], totalItems: 5 })
    assert.deepEqual(await list({ limit: 0 }), { names: [], totalItems: 5 })
    assert.deepEqual(await list({ offset: 9 }), { names: [], totalItems: 5 })
    await insertModel(database, { creator: 'f' })
    assert.equal((await list()).totalItems, 6)
  }))

test('the number of those that fit is counted once while the catalog stays as it is', () =>
  withCreators(['a'], async ({ database, list }) => {
    assert.equal((await list({ query: 'a' })).totalItems, 1)
    await database.write((transaction) => sql`update account set model_count = 0`.execute(transaction))
    assert.deepEqual(await list({ query: 'a' }), { names: [], totalItems: 1 })
    await database.write(async () => {}, { changes: 'catalog' })
    assert.deepEqual(await list({ query: 'a' }), { names: [], totalItems: 0 })
  }))

test('creators are read off their index in its order', () =>
  withCreators([], async ({ database }) => {
    const { sql: page } = prepareStatement<PageValues, unknown>((values) => creatorPage(database.kysely, values))
    const { rows } = await sql<{ detail: string }>`${sql.raw(`explain query plan ${page}`)}`.execute(database.kysely)
    assert.deepEqual(
      rows.map(({ detail }) => detail),
      ['SCAN account USING INDEX account_creator'],
    )
  }))
