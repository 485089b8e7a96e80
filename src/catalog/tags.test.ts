import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../db/database.ts'
import { insertModel, insertModels } from './catalog.fixture.ts'
import { withModels } from './models/models.fixture.ts'
import type { OffsetRequest } from './offset-pagination.ts'
import { openTags, type Tags } from './tags.ts'

const withTags = (
  tagsOfModels: readonly string[][],
  run: (fixture: {
    database: Database
    tags: Tags
    list(request?: Partial<OffsetRequest>): Promise<{ names: string[]; totalItems: number }>
  }) => Promise<void>,
) =>
  withModels(async ({ database }) => {
    await insertModels(
      database,
      tagsOfModels.map((tags) => ({ tags })),
    )
    const tags = openTags(database)
    await run({
      database,
      tags,
      async list(request) {
        const { items, totalItems } = await tags.list({ limit: 20, offset: 0, ...request })
        return { names: items.map(({ name }) => name), totalItems }
      },
    })
  })

test('the tag of the most models comes first, and tags without a listed model do not', () =>
  withTags([['a', 'b'], ['b', 'c'], ['b', 'c'], ['d']], async ({ database, tags, list }) => {
    await insertModel(database, { tags: ['draft'], versions: [{ files: [] }] })
    assert.deepEqual(await list(), { names: ['b', 'c', 'd', 'a'], totalItems: 4 })
    const { items } = await tags.list({ limit: 1, offset: 0 })
    assert.equal(items[0]?.model_count, 3)
    assert.deepEqual(await list({ limit: 2, offset: 2 }), { names: ['d', 'a'], totalItems: 4 })
  }))

test('a search finds names that begin with it, in any letter case, the shortest first', () =>
  withTags([['Sea & sky', 'sea', 'seaside', 'deep sea', 'SEAL', 'Ärger', 'é', '100%', 'b']], async ({ list }) => {
    assert.deepEqual(await list({ query: ' SEA' }), { names: ['sea', 'SEAL', 'seaside', 'Sea & sky'], totalItems: 4 })
    assert.deepEqual(await list({ query: 'sea', limit: 2, offset: 1 }), { names: ['SEAL', 'seaside'], totalItems: 4 })
    assert.deepEqual((await list({ query: 'är' })).names, ['Ärger'])
    assert.deepEqual((await list({ query: '%' })).names, [])
    assert.deepEqual((await list({ query: '100%' })).names, ['100%'])
    assert.deepEqual(await list({ query: ' ' }), await list())
  }))

test('the number of all follows a change of the catalog', () =>
  withTags([['a']], async ({ database, list }) => {
    assert.equal((await list()).totalItems, 1)
    assert.equal((await list({ query: 'b' })).totalItems, 0)
    await insertModel(database, { tags: ['b'] })
    assert.equal((await list()).totalItems, 2)
    assert.equal((await list({ query: 'b' })).totalItems, 1)
  }))

test('tags are known by their ids, and by their names in any letter case; one that is unknown makes all of them so', () =>
  withTags([['Anime', '1girl']], async ({ tags }) => {
    const idsOf = (ids: number[], names: string[]) => tags.idsOfAll({ ids, names })
    assert.deepEqual((await idsOf([], ['ANIME', ' 1Girl ', 'anime']))?.sort(), [1, 2])
    assert.deepEqual((await idsOf([2, 2], ['1GIRL', 'anime']))?.sort(), [1, 2])
    assert.equal(await idsOf([1], ['none']), undefined)
    assert.equal(await idsOf([1, 99], []), undefined)
    assert.deepEqual(await idsOf([], []), [])
  }))
