import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { CollectionList } from './account-shapes.ts'
import { assertRefused, read, startHub } from './hub.ts'
import { idsOfKind, tidal } from './library.ts'
import { CreatorList, ImageList, ModelList, TagList } from './shapes.ts'

const hub = await startHub()
after(() => hub.close())

const lists = {
  '/api/v1/models': ModelList,
  '/api/v1/images': ImageList,
  '/api/v1/creators': CreatorList,
  '/api/v1/tags': TagList,
} as const

const models = async (query: string) => read(await hub.ask(`/api/v1/models?${query}`), ModelList).items
const idsOf = async (query: string) => (await models(query)).map(({ id }) => id)

/** A failure that tells which parameter is meant. */
async function assertInvalid(target: string, parameter?: string): Promise<void> {
  const answer = await hub.ask(target)
  assert.equal(answer.status, 400, `${target}: ${answer.body}`)
  const { error } = JSON.parse(answer.body.toString()) as { error: unknown }
  assert.ok(error, target)
  if (parameter !== undefined) assert.ok(JSON.stringify(error).includes(parameter), `${target}: ${answer.body}`)
}

test('42. a limit beyond the largest is refused, and the largest is not', async () => {
  const largest = { '/api/v1/models': 100, '/api/v1/images': 200, '/api/v1/creators': 200, '/api/v1/tags': 200 }
  for (const [path, limit] of Object.entries(largest)) {
    assert.equal((await hub.ask(`${path}?limit=${limit}`)).status, 200, path)
    for (const wrong of [limit + 1, -1, 'abc', '1.5', '99999999999999999999'])
      await assertInvalid(`${path}?limit=${wrong}`, 'limit')
  }
})

test('43. a limit of 0 gives an empty page', async () => {
  for (const [path, shape] of Object.entries(lists)) {
    const { items, metadata } = read(await hub.ask(`${path}?limit=0`), shape)
    assert.deepEqual(items, [], path)
    assert.equal(metadata.nextPage, undefined, path)
  }
})

test('44. pages are numbered up to a thousand rows, and deeper ones are refused in these words', async () => {
  const tooDeep = { error: "You've requested too many pages, please use cursors instead" }
  for (const target of [
    'models?limit=91&page=11',
    'models?page=11',
    'models?limit=1&page=1001',
    'images?limit=200&page=6',
  ])
    assertRefused(await hub.ask(`/api/v1/${target}`), 429, tooDeep)
  for (const target of ['models?limit=100&page=10', 'models?limit=1&page=1000', 'images?limit=200&page=5'])
    assert.equal((await hub.ask(`/api/v1/${target}`)).status, 200, target)
  const { metadata } = read(await hub.ask('/api/v1/models?limit=2'), ModelList)
  const cursor = encodeURIComponent(metadata.nextCursor ?? '')
  assert.equal((await hub.ask(`/api/v1/models?limit=100&page=11&cursor=${cursor}`)).status, 200)
})

test('45. a search by page number is refused in these words', async () => {
  const error = 'Cannot use page param with query search. Use cursor-based pagination.'
  assertRefused(await hub.ask('/api/v1/models?query=tidal&page=1'), 400, { error })
  assert.deepEqual(await idsOf('query=tidal'), [tidal.modelId])
})

test('46. an empty parameter is as if it were not there', async () => {
  const names =
    'limit page cursor query ids tag username types baseModels checkpointType sort period nsfw favorites hidden primaryFileOnly allowCommercialUse fileFormats archived'
  const empty = names.split(' ').map((name) => `${name}=`)
  assert.deepEqual(await models(empty.join('&')), await models(''))
  for (const [path, shape] of Object.entries(lists)) {
    const parameters = 'limit=&page=&query=&cursor=&nsfw=&sort=&modelId=&tags=&browsingLevel=&withMeta='
    const { items } = read(await hub.ask(path), shape)
    assert.deepEqual(read(await hub.ask(`${path}?${parameters}`), shape).items, items, path)
  }
})

test('47. lists may be repeated, joined by commas, or one value', async () => {
  const [vae, dora] = [idsOfKind(7), idsOfKind(3)]
  const forms: [string, number[]][] = [
    ['types=VAE', [vae.modelId]],
    ['types=VAE&types=DoRA', [vae.modelId, dora.modelId]],
    ['types=VAE,DoRA', [vae.modelId, dora.modelId]],
    ['types=VAE%2C%20DoRA', [vae.modelId, dora.modelId]],
    [`ids=${vae.modelId}`, [vae.modelId]],
    [`ids=${vae.modelId}&ids=${dora.modelId}`, [vae.modelId, dora.modelId]],
    [`ids=${vae.modelId},${dora.modelId}`, [vae.modelId, dora.modelId]],
    ['baseModels=Kolors&baseModels=Qwen', [idsOfKind(12).modelId, idsOfKind(14).modelId]],
    ['baseModels=Kolors,Qwen', [idsOfKind(12).modelId, idsOfKind(14).modelId]],
    ['baseModels=Kolors', [idsOfKind(12).modelId]],
  ]
  for (const [query, expected] of forms)
    assert.deepEqual(
      (await idsOf(query)).sort(),
      expected.toSorted((a, b) => a - b),
      query,
    )
  const uses = await idsOf('allowCommercialUse=Rent,Sell')
  assert.deepEqual(await idsOf('allowCommercialUse=Rent&allowCommercialUse=Sell'), uses)
  assert.ok(uses.includes(tidal.modelId) && uses.includes(idsOfKind(1).modelId))
})

test('48. a value that an enumeration does not have is refused', async () => {
  const wrong = {
    models: [
      'sort',
      'types',
      'period',
      'checkpointType',
      'allowCommercialUse',
      'fileFormats',
      'nsfw',
      'primaryFileOnly',
    ],
    images: ['sort', 'period', 'nsfw', 'type', 'withMeta', 'baseModels', 'ids'],
    collections: ['sort', 'nsfw'],
  }
  for (const [list, names] of Object.entries(wrong))
    for (const name of names) await assertInvalid(`/api/v1/${list}?${name}=Nonsense`, name)
  await assertInvalid('/api/v1/models?types=LORA,Nonsense', 'types')
  await assertInvalid('/api/v1/images?baseModels=SDXL%201.0,Nonsense', 'baseModels')
  const refused = (await hub.ask('/api/v1/images?baseModels=SDXL')).body.toString()
  const { BaseModel } = JSON.parse((await hub.ask('/api/v1/enums')).body.toString()) as { BaseModel: string[] }
  for (const name of BaseModel) {
    assert.ok(refused.includes(JSON.stringify(name)), `the error names ${name}`)
    assert.equal((await hub.ask(`/api/v1/images?baseModels=${encodeURIComponent(name)}`)).status, 200, name)
  }
  assert.equal((await hub.ask('/api/v1/images?baseModels=')).status, 200)
  await assertInvalid('/api/v1/models?sort=newest', 'sort')
  await assertInvalid(`/api/download/models/${tidal.versionId}?type=Nonsense`, 'type')
  for (const spelling of ['true', 'TRUE', '1', 'false', '0'])
    assert.equal((await hub.ask(`/api/v1/models?nsfw=${spelling}`)).status, 200, spelling)
})

test('49. an unknown parameter is ignored', async () => {
  for (const [path, shape] of Object.entries({ ...lists, '/api/v1/collections': CollectionList })) {
    const { items } = read(await hub.ask(path), shape)
    assert.deepEqual(read(await hub.ask(`${path}?nonsense=1&_=2&__proto__=3&toString=4`), shape).items, items, path)
  }
})

test('50. a parameter that is given twice counts once, or is refused', async () => {
  const twice = [
    'limit=1&limit=2',
    'page=1&page=2',
    'sort=Newest&sort=Oldest',
    'nsfw=true&nsfw=false',
    'query=a&query=b',
  ]
  for (const path of [...Object.keys(lists), '/api/v1/collections', '/api/v1/users']) {
    for (const parameters of twice) {
      const { status } = await hub.ask(`${path}?${parameters}`)
      assert.ok(status === 200 || status === 400, `${path}?${parameters}: ${status}`)
    }
  }
  assert.equal((await models('limit=1&limit=2')).length, 1)
  assert.deepEqual(await idsOf('sort=Oldest&sort=Newest'), await idsOf('sort=Oldest'))
  assert.equal((await hub.ask('/api/v1/models?token=a&token=a')).status, 200)
})
