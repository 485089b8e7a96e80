import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { insertModel, insertModels, type ModelFixture } from '../../catalog.fixture.ts'
import { BadCursor, writeCursor } from '../../cursor.ts'
import { type ModelSort, modelSorts } from '../../enums.ts'
import { type ModelsFixture, withModels } from '../models.fixture.ts'
import { openModels } from '../open-models.ts'
import type { ModelFilter } from './filter.ts'
import { asRecords } from './hydrate.fixture.ts'

const counts = {
  'Highest Rated': 'thumbs_up_count',
  'Most Liked': 'thumbs_up_count',
  'Most Downloaded': 'download_count',
  'Most Discussed': 'comment_count',
  'Most Collected': 'collected_count',
  'Most Images': 'image_count',
} as const

for (const [sort, column] of Object.entries(counts)) {
  test(`${sort}: the highest ${column} first, then the higher id`, () =>
    withModels(async ({ database, idsOf }) => {
      await insertModels(database, [{ [column]: 1 }, { [column]: 5 }, { [column]: 1 }, { [column]: 9 }])
      assert.deepEqual(await idsOf({}, { sort: sort as ModelSort }), [4, 2, 3, 1])
    }))
}

test('Newest and Oldest go by the newest version, then by the higher id', () =>
  withModels(async ({ database, idsOf }) => {
    await insertModels(
      database,
      [20, 10, 30, 10].map((last_version_at) => ({ last_version_at })),
    )
    assert.deepEqual(await idsOf({}, { sort: 'Newest' }), [3, 1, 4, 2])
    assert.deepEqual(await idsOf({}, { sort: 'Oldest' }), [4, 2, 1, 3])
  }))

test('a search gives the name itself first, then names that begin so, names with the words, and the rest', () =>
  withModels(async ({ database, idsOf }) => {
    await insertModels(database, [
      { name: 'Something', tags: ['red fox'], download_count: 900 },
      { name: 'The fox is red', download_count: 10 },
      { name: 'Red Fox Deluxe' },
      { name: 'red fox' },
      { name: 'A fox that is redder', download_count: 20 },
    ])
    assert.deepEqual(await idsOf({ query: 'Red  fox' }), [4, 3, 5, 2, 1])
  }))

test('signs that patterns use are taken as letters in a search', () =>
  withModels(async ({ database, idsOf }) => {
    await insertModels(database, [
      { name: 'style_a', download_count: 1 },
      { name: 'styleXa style a', download_count: 9 },
    ])
    assert.deepEqual(await idsOf({ query: 'style_a' }), [1, 2])
  }))

test('the last page has no cursor, also when it is full', () =>
  withModels(async ({ database, models }) => {
    await insertModels(database, [{}, {}, {}])
    const page = (limit: number) => models.list({ levels: 1 }, { sort: 'Newest', limit }, asRecords)
    assert.equal('nextCursor' in (await page(3)), false)
    assert.equal(typeof (await page(2)).nextCursor, 'string')
    assert.deepEqual(await page(0), { made: [] })
  }))

test('a page by offset begins where it says', () =>
  withModels(async ({ database, idsOf }) => {
    await insertModels(database, [{}, {}, {}, {}])
    assert.deepEqual(await idsOf({}, { limit: 2, offset: 2 }), [2, 1])
  }))

test('a cursor of another order, or that no list wrote, is refused', () =>
  withModels(async ({ database, models }) => {
    await insertModels(database, [{}, {}])
    const { nextCursor } = await models.list({ levels: 1 }, { sort: 'Newest', limit: 1 }, asRecords)
    const ask = (cursor: string | undefined, filter: Partial<ModelFilter> = {}) =>
      models.list({ levels: 1, ...filter }, { sort: 'Oldest', limit: 1, cursor }, asRecords)
    await assert.rejects(ask(nextCursor), BadCursor)
    await assert.rejects(ask(nextCursor, { query: 'model' }), BadCursor)
    await assert.rejects(ask('75363|932023|257749'), BadCursor)
    await assert.rejects(ask(writeCursor({ order: 'Oldest', keys: [1] })), BadCursor)
  }))

for (const few of [0, 1, 3, 5])
  test(`common words, found among ${few} hits or beyond: what was typed as a name comes first, the rest by id`, () =>
    withModels(
      async (fixture) => {
        const names = ['red fox', 'fox', 'blue fox', 'Fox', 'wolf', 'den'].map((name) => ({ name, tags: ['fox'] }))
        await insertModels(fixture.database, names)
        assert.deepEqual(await fixture.idsOf({ query: ' fox ' }), [4, 2, 6, 5, 3, 1])
        for (const limit of [1, 2, 3, 5]) {
          const page = { sort: 'Newest', limit } as const
          assert.deepEqual(await walk(fixture, { query: 'fox' }, page), [4, 2, 6, 5, 3, 1], `${limit} a page`)
          assert.deepEqual(await walk(fixture, { query: 'fo' }, page), [6, 5, 4, 3, 2, 1], `${limit} a page`)
        }
        assert.deepEqual(await fixture.idsOf({ query: 'fox red' }), [1])
      },
      { few },
    ))

test('a search keeps the order that its walk began in, however common its words become', () =>
  withModels(async ({ database, models, now }) => {
    await insertModels(database, [{ name: 'fox' }, { name: 'red fox', download_count: 9 }, { name: 'fox den' }])
    const search = { levels: 31, query: 'fox' }
    const first = await models.list(search, { sort: 'Newest', limit: 1 }, asRecords)
    const common = openModels({ database, now: () => now, few: 0 })
    const rest = await common.list(search, { sort: 'Newest', limit: 9, cursor: first.nextCursor }, asRecords)
    assert.deepEqual(
      [...first.made, ...rest.made].map(({ id }) => id),
      [1, 3, 2],
    )
  }))

test('what strangers wrote as names comes back as it was', () =>
  withModels(async ({ database, models }) => {
    const name = `"quoted", [bracketed] \\ \n é 漢字 🦊 ${'x'.repeat(1000)}`
    await insertModel(database, { name, tags: ['"', '\\u0041'], versions: [{ trained_words: ['a, b', '"]'] }] })
    const { made: found } = await models.list({ levels: 1 }, { sort: 'Newest', limit: 1 }, asRecords)
    assert.equal(found[0]?.name, name)
    assert.deepEqual(found[0]?.tags, ['"', '\\u0041'])
    assert.deepEqual(found[0]?.versions[0]?.trained_words, ['a, b', '"]'])
  }))

/** Few values each, so that ties are common. */
const someModel: fc.Arbitrary<ModelFixture> = fc.record({
  thumbs_up_count: fc.nat(2),
  download_count: fc.nat(2),
  comment_count: fc.nat(1),
  collected_count: fc.nat(2),
  image_count: fc.nat(2),
  last_version_at: fc.nat(3),
  type: fc.constantFrom('LORA', 'VAE'),
  tags: fc.subarray(['a', 'b']),
  name: fc.constantFrom('fox', 'fox den', 'red fox', 'other'),
  creator: fc.constantFrom('ann', 'fox'),
})
const someFilter: fc.Arbitrary<Partial<ModelFilter>> = fc.constantFrom<Partial<ModelFilter>[]>(
  {},
  { types: ['LORA'] },
  { tag: 'a' },
  { query: 'fox' },
  { creatorId: 1, baseModels: ['SDXL 1.0'] },
)

test('a walk by cursor under every sort and filter meets each model once, also while models are added', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(someModel, { minLength: 1, maxLength: 25 }),
      fc.array(someModel, { minLength: 1, maxLength: 6 }),
      someFilter,
      fc.integer({ min: 1, max: 7 }),
      // A filter leads, or the order is walked.
      fc.constantFrom(undefined, 0),
      (first, added, filter, limit, few) =>
        withModels(
          async (fixture) => {
            await insertModels(fixture.database, first)
            for (const sort of modelSorts) {
              const before = await fixture.idsOf(filter, { sort })
              assert.deepEqual(await walk(fixture, filter, { sort, limit }), before)
            }
            const waiting = [...added]
            for (const sort of modelSorts) {
              const before = await fixture.idsOf(filter, { sort })
              const met = await walk(fixture, filter, { sort, limit }, async () => {
                const next = waiting.pop()
                if (next) await insertModel(fixture.database, next)
              })
              assert.equal(new Set(met).size, met.length, 'none is met twice')
              assert.deepEqual(
                met.filter((id) => before.includes(id)),
                before,
                'none that was there is missed, and they keep their order',
              )
            }
          },
          few === undefined ? {} : { few },
        ),
    ),
    { numRuns: 15 },
  ))

async function walk(
  { models }: ModelsFixture,
  filter: Partial<ModelFilter>,
  page: { sort: ModelSort; limit: number },
  betweenPages: () => Promise<void> = async () => {},
): Promise<number[]> {
  const met: number[] = []
  let cursor: string | undefined
  do {
    const found = await models.list({ levels: 31, ...filter }, { ...page, cursor }, asRecords)
    met.push(...found.made.map(({ id }) => id))
    cursor = found.nextCursor
    await betweenPages()
  } while (cursor !== undefined)
  return met
}
