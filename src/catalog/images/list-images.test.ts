import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ImageFixture, insertModel } from '../catalog.fixture.ts'
import { BadCursor, writeCursor } from '../cursor.ts'
import { type ImageSort, imageSorts } from '../enums.ts'
import type { ImageFilter } from './filter.ts'
import { type ImagesFixture, withImages } from './images.fixture.ts'

const columns = {
  'Most Reactions': 'reaction_count',
  'Most Comments': 'comment_count',
  'Most Collected': 'collected_count',
  Newest: 'created_at',
  Random: 'random_key',
} as const

for (const [sort, column] of Object.entries(columns)) {
  test(`${sort}: the highest ${column} first, then the higher id`, () =>
    withImages(async ({ database, idsOf }) => {
      const images = [1, 5, 1, 9].map((value) => ({ [column]: value }))
      await insertModel(database, { versions: [{ images }] })
      assert.deepEqual(await idsOf({}, { sort: sort as ImageSort }), [4, 2, 3, 1])
      assert.deepEqual(await idsOf({ modelId: 1 }, { sort: sort as ImageSort }), [4, 2, 3, 1])
    }))
}

test('Oldest is Newest from its end', () =>
  withImages(async ({ database, idsOf }) => {
    await insertModel(database, { versions: [{ images: [20, 10, 30, 10].map((created_at) => ({ created_at })) }] })
    assert.deepEqual(await idsOf({}, { sort: 'Oldest' }), [2, 4, 1, 3])
  }))

test('an image names its own version first, then those that it was made with, each once', () =>
  withImages(async ({ database, list, link }) => {
    await insertModel(database, { versions: [{ id: 50, images: [{}, {}] }] })
    await link(1, [60, 50, 40])
    const { images } = await list({}, { sort: 'Oldest' })
    assert.deepEqual(
      images.map(({ versionIds }) => versionIds),
      [[50, 40, 60], [50]],
    )
  }))

test('how an image was made, and the tags of its model, are there when they are asked for', () =>
  withImages(async ({ database, list }) => {
    const meta = { prompt: 'a "fox", [é] \\ 漢字', seed: 1, nested: { list: [1, null] } }
    await insertModel(database, { tags: ['b', 'a"'], versions: [{ images: [{ meta }, {}] }] })
    const told = await list({}, { sort: 'Oldest', parts: { meta: true, tags: true } })
    assert.deepEqual(
      told.images.map((image) => image.meta),
      [meta, null],
    )
    assert.deepEqual(told.images[0]?.tags, [
      { id: 1, name: 'b' },
      { id: 2, name: 'a"' },
    ])
    const untold = await list()
    assert.deepEqual(
      untold.images.map((image) => [image.meta, image.tags]),
      [
        [null, []],
        [null, []],
      ],
    )
  }))

test('the last page has no cursor, also when it is full; a page of none has nothing', () =>
  withImages(async ({ database, list, idsOf }) => {
    await insertModel(database, { versions: [{ images: [{}, {}, {}] }] })
    assert.equal('nextCursor' in (await list({}, { limit: 3 })), false)
    assert.equal(typeof (await list({}, { limit: 2 })).nextCursor, 'string')
    assert.deepEqual(await list({}, { limit: 0 }), { images: [] })
    assert.deepEqual(await idsOf({}, { limit: 2, offset: 1 }), [2, 1])
  }))

test('a cursor of another order, or that no list wrote, is refused', () =>
  withImages(async ({ database, list }) => {
    await insertModel(database, { versions: [{ images: [{}, {}] }] })
    const { nextCursor } = await list({}, { sort: 'Newest', limit: 1 })
    for (const cursor of [nextCursor, '1|1744925337225', 'x', writeCursor({ order: 'Oldest', keys: [1, 2, 3] })])
      for (const limit of [0, 1]) await assert.rejects(list({}, { sort: 'Oldest', limit, cursor }), BadCursor)
  }))

/** Few values each, so that ties are common. */
const someImage: fc.Arbitrary<ImageFixture> = fc.record({
  reaction_count: fc.nat(1),
  comment_count: fc.nat(2),
  collected_count: fc.nat(1),
  created_at: fc.nat(3),
  random_key: fc.nat(4),
  nsfw_level: fc.constantFrom(1, 2, 8, 32),
  type: fc.constantFrom('image', 'video'),
  creator_id: fc.constantFrom(null, 1),
})
const someFilter: fc.Arbitrary<Partial<ImageFilter>> = fc.constantFrom<Partial<ImageFilter>[]>(
  {},
  { levels: 1 },
  { type: 'video' },
  { tagIds: [1] },
  { modelId: 1 },
  { versionId: 1 },
  { creatorId: 1, levels: 10 },
  { period: 'AllTime', baseModels: [] },
)

test('a walk by cursor under every sort and filter meets each image once, also while images are added', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(someImage, { minLength: 1, maxLength: 25 }),
      fc.array(someImage, { minLength: 1, maxLength: 6 }),
      someFilter,
      fc.integer({ min: 1, max: 7 }),
      (first, added, filter, limit) =>
        withImages(async (fixture) => {
          const add = (images: ImageFixture[]) => insertModel(fixture.database, { tags: ['t'], versions: [{ images }] })
          await add(first)
          for (const sort of imageSorts) {
            const before = await fixture.idsOf(filter, { sort })
            assert.deepEqual(await walk(fixture, filter, { sort, limit }), before)
          }
          const waiting = [...added]
          for (const sort of imageSorts) {
            const before = await fixture.idsOf(filter, { sort })
            const met = await walk(fixture, filter, { sort, limit }, async () => {
              const next = waiting.pop()
              if (next) await add([next])
            })
            assert.equal(new Set(met).size, met.length, 'none is met twice')
            assert.deepEqual(
              met.filter((id) => before.includes(id)),
              before,
              'none that was there is missed, and they keep their order',
            )
          }
        }),
    ),
    { numRuns: 15 },
  ))

async function walk(
  { list }: ImagesFixture,
  filter: Partial<ImageFilter>,
  page: { sort: ImageSort; limit: number },
  betweenPages: () => Promise<void> = async () => {},
): Promise<number[]> {
  const met: number[] = []
  let cursor: string | undefined
  do {
    const found = await list(filter, { ...page, cursor })
    met.push(...found.images.map(({ id }) => id))
    cursor = found.nextCursor
    await betweenPages()
  } while (cursor !== undefined)
  return met
}

test('an id that an image had before finds it, alone and in a list', () =>
  withImages(async ({ database, idsOf }) => {
    await insertModel(database, { versions: [{ images: [{}, {}, {}] }] })
    await database.kysely.insertInto('id_alias').values({ kind: 'image', old_id: 1_000_000_007, new_id: 3 }).execute()
    assert.deepEqual(await idsOf({ id: 1_000_000_007 }), [3])
    assert.deepEqual(await idsOf({ ids: [1_000_000_007, 1] }), [3, 1])
  }))
