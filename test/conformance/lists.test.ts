import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { z } from 'zod'
import { imageSorts, modelSorts } from '../../src/catalog/enums.ts'
import * as images from '../../src/catalog/images/statement.ts'
import type { PageValues as ModelPageValues } from '../../src/catalog/models/list/page-shape.ts'
import * as models from '../../src/catalog/models/list/statement.ts'
import { prepareStatement } from '../../src/db/prepared-statement.ts'
import { openSqliteDatabase } from '../../src/db/sqlite/open.ts'
import { eventually } from '../eventually.ts'
import { read, startHub } from './hub.ts'
import { putEntry, tidal } from './library.ts'
import { safetensors } from './model-file.ts'
import { ImageList, ModelList } from './shapes.ts'

const hub = await startHub({ accounts: ['ada'] })
after(() => hub.close())

const modelFilters = [
  '',
  'nsfw=true',
  'types=LORA,Checkpoint',
  'tag=study',
  'username=007',
  'allowCommercialUse=Image',
  'baseModels=SD%201.5',
]
const imageFilters = [
  'browsingLevel=31',
  'nsfw=X&withMeta=true',
  `modelId=${tidal.modelId}`,
  `modelVersionId=${tidal.versionId}`,
]

interface Page {
  ids: number[]
  next: string | undefined
}

/** One page of a list, and the address of the next. */
async function page(target: string): Promise<Page> {
  const answer = await hub.ask(target)
  const { items, metadata } = target.includes('/images') ? read(answer, ImageList) : read(answer, ModelList)
  assert.equal(metadata.nextPage === undefined, metadata.nextCursor === undefined, target)
  return { ids: items.map(({ id }) => id), next: metadata.nextPage }
}

/** All that a walk meets from an address on, by following `nextPage`. */
async function walk(target: string | undefined): Promise<number[]> {
  const met: number[] = []
  for (let next = target; next !== undefined; ) {
    const found = await page(next)
    assert.ok(found.next === undefined || found.ids.length > 0, 'a page that is not the last is not empty')
    met.push(...found.ids)
    next = found.next
    assert.ok(met.length < 1000, `${target} has an end`)
  }
  return met
}

const targets = [
  ...modelSorts.flatMap((sort) =>
    modelFilters.map((filter) => `/api/v1/models?sort=${encodeURIComponent(sort)}&${filter}`),
  ),
  '/api/v1/models?query=kind',
  ...imageSorts.flatMap((sort) =>
    imageFilters.map((filter) => `/api/v1/images?sort=${encodeURIComponent(sort)}&${filter}`),
  ),
]

test('51. a walk by cursor meets each row once and in its order, under each sort and filter', async () => {
  for (const target of targets) {
    const whole = await page(`${target}&limit=100`)
    assert.ok(whole.ids.length > 1, target)
    assert.equal(whole.next, undefined, target)
    assert.deepEqual(await walk(`${target}&limit=3`), whole.ids, target)
    assert.deepEqual(await walk(`${target}&limit=1`), whole.ids, target)
  }
})

test('each sort of models is by what it is called, and ties are by id, falling', async () => {
  const { items } = read(await hub.ask('/api/v1/models'), ModelList)
  type Keys = (model: (typeof items)[number]) => number[]
  const published: Keys = ({ modelVersions }) => [
    Math.max(...modelVersions.map((version) => Date.parse(version.publishedAt))),
  ]
  const keys: Record<string, Keys> = {
    'Most Downloaded': ({ stats }) => [stats.downloadCount, stats.thumbsUpCount],
    'Most Liked': ({ stats }) => [stats.thumbsUpCount, stats.downloadCount],
    'Most Discussed': ({ stats }) => [stats.commentCount, stats.thumbsUpCount],
    Newest: published,
    Oldest: (model) => published(model).map((key) => -key),
  }
  for (const [sort, keysOf] of Object.entries(keys)) {
    const sorted = items.toSorted((a, b) => {
      const [ofA, ofB] = [
        [...keysOf(a), a.id],
        [...keysOf(b), b.id],
      ]
      const at = ofA.findIndex((key, index) => key !== ofB[index])
      return (ofB[at] ?? 0) - (ofA[at] ?? 0)
    })
    const expected = sorted.map(({ id }) => id)
    assert.deepEqual((await page(`/api/v1/models?sort=${encodeURIComponent(sort)}`)).ids, expected, sort)
  }
})

test('52. a walk meets each row once, also while rows are added before, behind and within it', async () => {
  const walks = await Promise.all(
    modelSorts.map(async (sort) => {
      const target = `/api/v1/models?sort=${encodeURIComponent(sort)}`
      const before = await page(target)
      const begun = await page(`${target}&limit=5`)
      return { sort, before: before.ids, begun, second: await page(begun.next ?? '') }
    }),
  )
  const added = [
    { modelId: 790_001, publishedAt: '2020-01-01T00:00:00.000Z', stats: { downloadCount: 100_000, thumbsUpCount: 1 } },
    { modelId: 700_001, publishedAt: '2026-01-03T00:00:00.000Z', stats: { downloadCount: 10, thumbsUpCount: 1 } },
    { modelId: 700_002, publishedAt: '2026-09-01T00:00:00.000Z', stats: { downloadCount: 0, thumbsUpCount: 90 } },
  ]
  for (const facts of added) {
    const { modelId } = facts
    const site = { ...facts, versionId: modelId + 1000, model: `Late ${modelId}`, type: 'LORA', baseModel: 'SD 1.5' }
    await putEntry(hub.folder, { stem: `loras/late_${modelId}`, bytes: safetensors(`${modelId}`, 500), site })
  }
  await eventually(
    async () => (await walk('/api/v1/models')).length === (walks[0]?.before.length ?? 0) + added.length,
    'models that lie in the folder are listed',
  )

  for (const { sort, before, begun, second } of walks) {
    const met = [...begun.ids, ...second.ids, ...(await walk(second.next))]
    assert.equal(new Set(met).size, met.length, `${sort}: nothing twice`)
    const known = met.filter((id) => before.includes(id))
    assert.deepEqual(known, before, `${sort}: all that was there before, in its order`)
  }
})

test('53. a page behind a cursor is sought in an index as the first page is, however deep', async () => {
  // From outside, depth costs time, which tells nothing on a busy machine. So the hub's own database is asked how it
  // runs the hub's own queries: no step may read more rows the further the page is.
  const database = await openSqliteDatabase(join(hub.data, 'modelkeep.db'))
  const { engine, kysely } = database
  const planOf = ({ sql }: { sql: string }) => hub.rows(`explain query plan ${sql}`).map(({ detail }) => String(detail))
  const assertSought = (table: string, plan: string[]) => {
    const seeks = plan.filter((step) => step.startsWith(`SEARCH ${table} USING INDEX`))
    assert.ok(seeks.length > 0, plan.join('\n'))
    for (const step of seeks) assert.match(step, /[<>]\(?\?/, 'bounded on the side of the cursor')
    for (const step of plan) assert.doesNotMatch(step, new RegExp(`TEMP B-TREE|SCAN ${table}\\b`))
  }
  const shown = { filters: ['levels'], continues: true } as const
  for (const order of modelSorts) {
    const query = models.pageQuery({ ...shown, order }, engine)
    assertSought(
      'model',
      planOf(prepareStatement<Required<ModelPageValues>, unknown>((values) => query(kysely, values))),
    )
  }
  for (const sort of imageSorts) {
    const query = images.pageQuery({ ...shown, sort, parts: { meta: false, tags: false } }, engine)
    assertSought(
      'image',
      planOf(prepareStatement<Required<images.PageValues>, unknown>((values) => query(kysely, values))),
    )
  }
  await database.close()
})

test('54. the cursor of the next page is a text, and absent on the last page', async () => {
  for (const [path, shape] of [
    ['models', ModelList],
    ['images', ImageList],
  ] satisfies [string, z.ZodType][]) {
    const first = read(await hub.ask(`/api/v1/${path}?limit=1`), shape) as z.output<typeof ModelList>
    assert.equal(typeof first.metadata.nextCursor, 'string')
    assert.ok(!('currentPage' in first.metadata) && !('pageSize' in first.metadata))
    const all = await hub.ask(`/api/v1/${path}?limit=100`)
    const { metadata } = JSON.parse(all.body.toString()) as { metadata: object }
    assert.deepEqual(metadata, {}, path)
    const numbered = read(await hub.ask(`/api/v1/${path}?limit=1&page=2`), shape) as z.output<typeof ModelList>
    assert.deepEqual([numbered.metadata.currentPage, numbered.metadata.pageSize], [2, 1])
    for (const cursor of ['nonsense', '1', '1|2|3', '%7B%7D'])
      assert.equal((await hub.ask(`/api/v1/${path}?cursor=${cursor}`)).status, 400, cursor)
  }
})

test('55. the next page is absolute, keeps every parameter as it was written, and drops the token', async () => {
  const token = await hub.createToken('ada')
  const filters = 'types=LORA&types=Checkpoint&sort=Most%20Downloaded&unknown=a%2Cb&nsfw=true&limit=2'
  for (const credential of [`token=${token}&`, 'token=unknown&', '%74oken=unknown&', '']) {
    const answer = await hub.ask(`/api/v1/models?${credential}${filters}`)
    const { metadata } = read(answer, ModelList)
    const next = metadata.nextPage ?? ''
    assert.equal(next, `${hub.origin}/api/v1/models?${filters}&cursor=${encodeURIComponent(metadata.nextCursor ?? '')}`)
    assert.ok(!answer.body.includes(token))
    const second = read(await hub.ask(`${next}&${credential}`), ModelList)
    const third = second.metadata.nextPage ?? ''
    assert.equal(third.split('cursor=').length, 2, 'the cursor is replaced, not added')
    assert.notEqual(third, next)
  }
})
