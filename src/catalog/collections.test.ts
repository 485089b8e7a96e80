import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../db/database.ts'
import { insertModel } from './catalog.fixture.ts'
import { type CollectionFixture, insertCollection } from './collections.fixture.ts'
import { type CollectionRequest, openCollections } from './collections.ts'
import { BadCursor } from './cursor.ts'
import { withModels } from './models/models.fixture.ts'

/** Collections 1, 2, .. of one account, public and PG unless they say otherwise. */
const withCollections = (
  fixtures: CollectionFixture[],
  run: (fixture: {
    database: Database
    collections: ReturnType<typeof openCollections>
    idsOf(request?: Partial<CollectionRequest>): Promise<number[]>
    add(fixture: CollectionFixture): Promise<unknown>
  }) => Promise<void>,
) =>
  withModels(async ({ database }) => {
    const collections = openCollections(database)
    await insertModel(database, { creator: '007' })
    const add = (fixture: CollectionFixture) => insertCollection(database, fixture)
    for (const fixture of fixtures) await add(fixture)
    const idsOf = async (request?: Partial<CollectionRequest>) => {
      const found = await collections.list({ levels: 31, sort: 'Newest', limit: 100, ...request })
      return found.collections.map(({ id }) => id)
    }
    await run({ database, collections, idsOf, add })
  })

test('lists show public collections alone; unlisted ones are found by their id, private ones never', () =>
  withCollections([{}, { read: 'Private' }, { read: 'Unlisted' }], async ({ collections, idsOf }) => {
    assert.deepEqual(await idsOf(), [1])
    assert.equal((await collections.byId(1))?.read, 'Public')
    assert.equal(await collections.byId(2), undefined)
    assert.equal((await collections.byId(3))?.read, 'Unlisted')
    assert.equal(await collections.byId(4), undefined)
  }))

test('the newest come first, or those with the most followers and of these the newest', () =>
  withCollections([{ follower_count: 5 }, { follower_count: 9 }, { follower_count: 5 }], async ({ idsOf }) => {
    assert.deepEqual(await idsOf(), [3, 2, 1])
    assert.deepEqual(await idsOf({ sort: 'Most Followers' }), [2, 3, 1])
  }))

test('a list shows collections that have one of its levels', () =>
  withCollections([{ nsfw_level: 1 }, { nsfw_level: 28 }, { nsfw_level: 5 }, { nsfw_level: 32 }], async ({ idsOf }) => {
    assert.deepEqual(await idsOf({ levels: 1 }), [3, 1])
    assert.deepEqual(await idsOf({ levels: 31 }), [3, 2, 1])
  }))

test('a search finds what is anywhere in the name, in any letter case, and takes signs of patterns as they are', () =>
  withCollections([{ name: 'Ärger im Wald' }, { name: '100% fox_art' }, { name: 'foxXart' }], async ({ idsOf }) => {
    assert.deepEqual(await idsOf({ query: 'ÄRGER' }), [1])
    assert.deepEqual(await idsOf({ query: ' im ' }), [1])
    assert.deepEqual(await idsOf({ query: 'fox' }), [3, 2])
    assert.deepEqual(await idsOf({ query: 'x_a' }), [2])
    assert.deepEqual(await idsOf({ query: '0%' }), [2])
    assert.deepEqual(await idsOf({ query: '\\' }), [])
  }))

for (const sort of ['Newest', 'Most Followers'] as const) {
  test(`a walk by cursor, ${sort}, meets every collection once, also while others are added`, () =>
    withCollections(
      Array.from({ length: 23 }, (_, index) => ({ follower_count: index % 4 === 0 ? 7 : 0 })),
      async ({ collections, add }) => {
        const met: number[] = []
        let cursor: number | undefined
        do {
          const page = await collections.list({ levels: 1, sort, limit: 4, cursor })
          met.push(...page.collections.map(({ id }) => id))
          cursor = page.nextCursor
          assert.ok(cursor === undefined || Number.isSafeInteger(cursor))
          await add({ follower_count: 9 })
        } while (cursor !== undefined)
        const known = met.filter((id) => id <= 23)
        assert.equal(known.length, 23)
        assert.equal(new Set(met).size, met.length)
      },
    ))
}

test('the last page has no cursor, also when it is full; a number that is no cursor of the order is refused', () =>
  withCollections([{}, {}], async ({ collections }) => {
    const list = (request: Partial<CollectionRequest>) =>
      collections.list({ levels: 1, sort: 'Newest', limit: 1, ...request })
    assert.equal('nextCursor' in (await list({ limit: 2 })), false)
    const { nextCursor } = await list({})
    assert.equal(nextCursor, 2)
    for (const sort of ['Newest', 'Most Followers'] as const)
      for (const cursor of [0, -1, 1.5, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
        await assert.rejects(list({ sort, cursor }), BadCursor, `${sort} ${cursor}`)
    await assert.rejects(list({ cursor: 2 ** 31 + 1 }), BadCursor, 'of an order with followers')
  }))

test('a cover of a level that a list does not show is left out; by itself a collection shows its own', () =>
  withCollections([], async ({ database, collections, add }) => {
    const { versions } = await insertModel(database, {
      versions: [{ images: [{ nsfw_level: 8, extension: 'webp' }, { nsfw_level: 1 }, { nsfw_level: 32 }] }],
    })
    const [mature, harmless, blocked] = versions[0]?.imageIds ?? []
    for (const cover_image_id of [mature, harmless, blocked, 999]) await add({ nsfw_level: 9, cover_image_id })
    const { collections: listed } = await collections.list({ levels: 1, sort: 'Newest', limit: 9 })
    assert.deepEqual(
      listed.map(({ cover }) => cover?.id),
      [undefined, undefined, harmless, undefined],
    )
    assert.equal((await collections.byId(1))?.cover?.extension, 'webp')
    assert.equal((await collections.byId(3))?.cover, null)
    assert.equal((await collections.byId(4))?.cover, null)
  }))
