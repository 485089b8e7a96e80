import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import { openModels } from '../catalog/models/open-models.ts'
import { type LibraryFixture, withLibrary } from '../hub/library.fixture.ts'
import { download, fileBytes } from './downloads.ts'
import { Model } from './model-dto/model.ts'
import { getModel, listModels } from './models.ts'

const withHub = (run: (library: LibraryFixture) => Promise<void>) =>
  withLibrary(
    {
      endpoints: [listModels, getModel, download, fileBytes],
      more: async ({ database }) => ({ models: openModels({ database, now: Date.now }) }),
    },
    run,
  )

type List = { items: z.infer<typeof Model>[]; metadata: Record<string, unknown> }
const list = async ({ request }: LibraryFixture, query = '', init?: RequestInit): Promise<List> => {
  const answer = await request(`/api/v1/models${query}`, init)
  assert.equal(answer.status, 200, await answer.clone().text())
  return (await answer.json()) as List
}
const names = ({ items }: List) => items.map(({ name }) => name)

test('a model has every field of the site API, and those alone', () =>
  withHub(async (hub) => {
    await hub.addModel({
      id: 12,
      name: 'Fox',
      description: '<p>A fox</p>',
      creator: '007',
      tags: ['animal', 'red'],
      type: 'LORA',
      thumbs_up_count: 3,
      versions: [
        {
          id: 34,
          name: 'v2',
          trained_words: ['fox', 'red fox'],
          published_at: Date.UTC(2026, 1, 2, 3, 4, 5, 6),
          files: [{ id: 56, size_bytes: 1536, format: 'SafeTensor', fp: 'fp16' }],
          images: [{ id: 78, extension: 'jpeg' }],
        },
      ],
    })
    const { items, metadata } = await list(hub)
    assert.deepEqual(metadata, {})
    const [model] = items
    assert.deepEqual(Model.parse(model), model, 'nothing beyond the schema')
    const { modelVersions, ...own } = model as List['items'][0]
    assert.deepEqual(own, {
      id: 12,
      name: 'Fox',
      description: '<p>A fox</p>',
      type: 'LORA',
      nsfw: false,
      nsfwLevel: 1,
      availability: 'Public',
      supportsGeneration: false,
      allowNoCredit: true,
      allowCommercialUse: ['Image', 'Sell'],
      allowDerivatives: true,
      allowDifferentLicense: true,
      minor: false,
      poi: false,
      sfwOnly: false,
      cosmetic: null,
      stats: { downloadCount: 0, thumbsUpCount: 3, thumbsDownCount: 0, commentCount: 0, tippedAmountCount: 0 },
      creator: { username: '007', image: null },
      tags: ['animal', 'red'],
    })
    const [version] = modelVersions
    assert.equal(version?.index, 0)
    assert.equal(version?.publishedAt, '2026-02-02T03:04:05.006Z')
    assert.deepEqual(version?.trainedWords, ['fox', 'red fox'])
    assert.equal(version?.downloadUrl, `${hub.origin}/api/download/models/34`)
    const [file] = version?.files ?? []
    assert.equal(file?.downloadUrl, version?.downloadUrl)
    assert.equal(file?.primary, true)
    assert.equal(file?.sizeKB, 1.5)
    assert.deepEqual(file?.metadata, { format: 'SafeTensor', fp: 'fp16' })
    const [image] = version?.images ?? []
    assert.equal(image?.id, 78)
    assert.match(image?.url ?? '', /\/78\.jpeg$/)
    assert.equal(image && 'nsfw' in image, false)
    assert.deepEqual(await (await hub.request('/api/v1/models/12')).json(), model, 'by its id it is the same')
  }))

test('absent values are absent or null as the contract says; a model always has a creator, a version a description', () =>
  withHub(async (hub) => {
    await hub.addModel({ creator: null })
    const [model] = (await list(hub)).items
    assert.ok(model)
    assert.deepEqual(model.creator, { username: 'local', image: null })
    assert.equal(model.modelVersions[0]?.description, '')
    assert.equal('mode' in model, false)
    assert.equal(model.description, null)
    assert.deepEqual(model.modelVersions[0]?.images, [])
  }))

test('each file of a version has an address that leads to that very file', () =>
  withHub(async (hub) => {
    const put = async (name: string, traits: object) => ({
      ...(await hub.putFile(`${name}.bin`, Buffer.from(name))),
      ...traits,
    })
    const files = [
      await put('primary', { type: 'Model', format: 'SafeTensor', size: 'pruned', fp: 'fp16' }),
      await put('full', { type: 'Model', format: 'SafeTensor', size: 'full', fp: 'fp32' }),
      await put('same as full', { type: 'Model', format: 'SafeTensor', size: 'full', fp: 'fp32' }),
      await put('less known than the primary one', { type: 'Model', format: 'SafeTensor' }),
      await put('encoder', { type: 'Text Encoder', format: 'Core ML' }),
      await put('quantised', { type: 'Model', format: 'GGUF', quant_type: 'Q4_K_M' }),
      await put('quantised more', { type: 'Model', format: 'GGUF', quant_type: 'Q2_K' }),
    ]
    await hub.addModel({ versions: [{ id: 34, files }] })
    const [version] = (await list(hub)).items[0]?.modelVersions ?? []
    assert.equal(version?.files.filter(({ primary }) => primary === true).length, 1)
    assert.equal(version?.files.filter((file) => 'primary' in file).length, 1, 'absent on the others')
    for (const { name, downloadUrl = '' } of version?.files ?? []) {
      const answer = await fetch(downloadUrl)
      assert.equal(`${await answer.text()}.bin`, name, downloadUrl)
    }
    const encoder = version?.files.find(({ name }) => name === 'encoder.bin')
    assert.equal(encoder?.downloadUrl, `${version?.downloadUrl}?type=Text%20Encoder&format=Core%20ML`)
    const [onlyPrimary] = (await list(hub, '?primaryFileOnly=true')).items[0]?.modelVersions ?? []
    assert.deepEqual(
      onlyPrimary?.files.map(({ name }) => name),
      ['primary.bin'],
    )
  }))

test('what is archived has no files, and nothing leads to a download', () =>
  withHub(async (hub) => {
    await hub.addModel({ id: 1, mode: 'Archived' })
    await hub.addModel({ id: 2, versions: [{ files: [] }] })
    assert.deepEqual(names(await list(hub)), [])
    for (const answer of [
      (await list(hub, '?archived=true')).items[0],
      (await (await hub.request('/api/v1/models/1')).json()) as List['items'][0],
      (await (await hub.request('/api/v1/models/2')).json()) as List['items'][0],
    ]) {
      const [version] = answer?.modelVersions ?? []
      assert.deepEqual(version?.files, [])
      assert.equal(version && 'downloadUrl' in version, false)
    }
  }))

test('an id that nothing has is 404, one that is no positive 32-bit integer 400', () =>
  withHub(async ({ request, addModel }) => {
    await addModel({ id: 5, status: 'Unpublished' })
    for (const id of [0, 5, 999_999_999]) {
      const answer = await request(`/api/v1/models/${id}`)
      assert.equal(answer.status, 404)
      assert.deepEqual(await answer.json(), { error: `No model with id ${id}` })
    }
    for (const id of ['abc', '-1', '1.5', '2147483648', '99999999999999999999', '%00', 'NaN'])
      assert.equal((await request(`/api/v1/models/${id}`)).status, 400, id)
  }))

test('lists are walked by nextPage, which keeps what was asked and drops the token', () =>
  withHub(async (hub) => {
    for (let id = 1; id <= 5; id++) await hub.addModel({ id, name: `m${id}`, type: id === 3 ? 'VAE' : 'LORA' })
    const met: string[] = []
    let target = '/api/v1/models?types=LORA&limit=2&sort=Oldest&token=mk_x&unknown=1&types=Checkpoint'
    for (let pages = 0; target !== '' && pages < 9; pages++) {
      const answer = (await (await hub.request(target)).json()) as List
      met.push(...names(answer))
      const { nextPage, nextCursor } = answer.metadata
      assert.equal(typeof nextPage, typeof nextCursor)
      if (nextPage !== undefined) {
        const address = new URL(String(nextPage))
        assert.equal(address.origin, hub.origin)
        assert.equal(address.searchParams.get('cursor'), nextCursor)
        assert.deepEqual(address.searchParams.getAll('types'), ['LORA', 'Checkpoint'])
        assert.equal(address.searchParams.has('token'), false)
      }
      assert.equal('currentPage' in answer.metadata, false)
      target = String(nextPage ?? '')
    }
    assert.deepEqual(met, ['m1', 'm2', 'm4', 'm5'])
  }))

test('page numbers work to their depth, and nextPage goes on from there by cursor', () =>
  withHub(async (hub) => {
    for (let id = 1; id <= 5; id++) await hub.addModel({ id, name: `m${id}` })
    const second = await list(hub, '?page=2&limit=2&sort=Newest')
    assert.deepEqual(names(second), ['m3', 'm2'])
    assert.equal(second.metadata.currentPage, 2)
    assert.equal(second.metadata.pageSize, 2)
    assert.equal(second.metadata.nextPage, `${hub.origin}/api/v1/models?page=3&limit=2&sort=Newest`)
    const last = await list(hub, '?page=3&limit=2&sort=Newest')
    assert.deepEqual(last.metadata, { currentPage: 3, pageSize: 2 })

    const refused = await hub.request('/api/v1/models?page=11&limit=100')
    assert.equal(refused.status, 429)
    assert.deepEqual(await refused.json(), { error: "You've requested too many pages, please use cursors instead" })
    await list(hub, '?page=10&limit=100')
    await list(
      hub,
      `?page=11&limit=100&sort=Newest&cursor=${(await list(hub, '?limit=1&sort=Newest')).metadata.nextCursor}`,
    )
    assert.deepEqual(await list(hub, '?limit=0'), { items: [], metadata: {} })
  }))

test('a search by page number, a cursor that no list wrote, a value out of range: 400 with what is wrong', () =>
  withHub(async ({ request }) => {
    const search = await request('/api/v1/models?query=fox&page=1')
    assert.equal(search.status, 400)
    assert.deepEqual(await search.json(), {
      error: 'Cannot use page param with query search. Use cursor-based pagination.',
    })
    const badCursor = await request('/api/v1/models?cursor=75363%7C932023')
    assert.equal(badCursor.status, 400)
    assert.equal(typeof ((await badCursor.json()) as { error: unknown }).error, 'string')
    for (const query of [
      'limit=101',
      'limit=-1',
      'limit=abc',
      'types=Lora',
      'sort=Best',
      'nsfw=maybe',
      'ids=a',
      'page=0',
    ])
      assert.equal((await request(`/api/v1/models?${query}`)).status, 400, query)
  }))

test('lists come repeated, joined or alone, and empty parameters are as if absent', () =>
  withHub(async (hub) => {
    await hub.addModel({ name: 'a', type: 'LORA' })
    await hub.addModel({ name: 'b', type: 'VAE' })
    await hub.addModel({ name: 'c', type: 'LoCon' })
    for (const query of [
      '?types=LORA&types=VAE',
      '?types=LORA,VAE',
      '?types=LORA%2C%20VAE',
      '?ids=1,2',
      '?ids=1&ids=2',
    ])
      assert.deepEqual(names(await list(hub, query)).sort(), ['a', 'b'], query)
    assert.deepEqual(names(await list(hub, '?types=VAE')), ['b'])
    assert.equal((await list(hub, '?query=&tag=&username=&types=&limit=&cursor=&favorites=')).items.length, 3)
  }))

test('nsfw shows PG alone unless it is true, models and images alike', () =>
  withHub(async (hub) => {
    await hub.addModel({ name: 'mixed', versions: [{ images: [{ nsfw_level: 1 }, { nsfw_level: 8 }] }] })
    await hub.addModel({ name: 'mature', versions: [{ images: [{ nsfw_level: 4 }] }] })
    for (const query of ['', '?nsfw=false']) {
      const { items } = await list(hub, query)
      assert.deepEqual(names({ items, metadata: {} }), ['mixed'])
      assert.equal(items[0]?.modelVersions[0]?.images.length, 1)
    }
    const { items } = await list(hub, '?nsfw=true&sort=Oldest')
    assert.deepEqual(names({ items, metadata: {} }), ['mixed', 'mature'])
    assert.equal(items[0]?.modelVersions[0]?.images.length, 2)
  }))

test('favorites and hidden need an account, whatever else is wrong; false does not', () =>
  withHub(async ({ request }) => {
    for (const name of ['favorites', 'hidden']) {
      for (const value of ['true', '1', 'abc', 'true&limit=999']) {
        const answer = await request(`/api/v1/models?${name}=${value}`)
        assert.equal(answer.status, 401, value)
        assert.deepEqual(await answer.json(), { error: 'Unauthorized' })
      }
      for (const value of ['false', 'False', ''])
        assert.equal((await request(`/api/v1/models?${name}=${value}`)).status, 200, value)
      assert.equal(
        (await request(`/api/v1/models?${name}=abc`, { headers: { authorization: 'Bearer 1' } })).status,
        400,
      )
    }
  }))

test('a caller gets own favourites, and loses what they have hidden from their own lists alone', () =>
  withHub(async (hub) => {
    const [ann, bob] = [await hub.addAccount(), await hub.addAccount()]
    for (const name of ['one', 'two', 'three']) await hub.addModel({ name, creator: null })
    await hub.database.write((transaction) =>
      transaction
        .insertInto('account_model')
        .values([
          { account_id: ann, kind: 'favorite', model_id: 1, created_at: 0 },
          { account_id: ann, kind: 'hidden', model_id: 2, created_at: 0 },
          { account_id: bob, kind: 'favorite', model_id: 3, created_at: 0 },
        ])
        .execute(),
    )
    const as = (account: number) => ({ headers: { authorization: `Bearer ${account}` } })
    assert.deepEqual(names(await list(hub, '?favorites=true', as(ann))), ['one'])
    assert.deepEqual(names(await list(hub, '?hidden=true', as(ann))), ['two'])
    assert.deepEqual(names(await list(hub, '?sort=Oldest', as(ann))), ['one', 'three'])
    assert.deepEqual(names(await list(hub, '?sort=Oldest', as(bob))), ['one', 'two', 'three'])
    assert.deepEqual(names(await list(hub, '?hidden=true', as(bob))), [])
    assert.equal((await list(hub)).items.length, 3)
  }))

test('username narrows to a creator, and an unknown one is 404', () =>
  withHub(async (hub) => {
    await hub.addModel({ name: 'a', creator: 'Ann' })
    await hub.addModel({ name: 'b', creator: 'bob' })
    assert.deepEqual(names(await list(hub, '?username=ann')), ['a'])
    const unknown = await hub.request('/api/v1/models?username=nobody')
    assert.equal(unknown.status, 404)
    assert.deepEqual(await unknown.json(), { error: 'User not found' })
  }))

test('each parameter reaches its filter', () =>
  withHub(async (hub) => {
    await hub.addModel({ name: 'plain', creator: 'x' })
    await hub.addModel({
      name: 'special',
      type: 'Checkpoint',
      checkpoint_type: 'Merge',
      tags: ['t'],
      allow_no_credit: 0,
      allow_derivatives: 0,
      allow_different_license: 0,
      allow_commercial_use: ['Rent'],
      last_version_at: Date.now(),
      versions: [
        {
          id: 900,
          base_model: 'Pony',
          upload_type: 'Trained',
          early_access_ends_at: Date.now() + 60_000,
          files: [{ format: 'GGUF' }],
        },
      ],
    })
    const asked = [
      'query=spec',
      'ids=2',
      'modelVersionIds=900',
      'tag=T',
      'tagname=t',
      'types=Checkpoint',
      'baseModels=Pony',
      'checkpointType=Merge&types=Checkpoint',
      'period=Day',
      'fromPlatform=true',
      'earlyAccess=true',
      'allowNoCredit=false',
      'allowDerivatives=false',
      'allowDifferentLicenses=false',
      'allowDifferentLicense=false',
      'allowCommercialUse=Rent',
      'fileFormats=GGUF',
    ]
    for (const query of asked) assert.deepEqual(names(await list(hub, `?${query}`)), ['special'], query)
    assert.deepEqual(names(await list(hub, '?supportsGeneration=true')), [])
    const all = names(await list(hub))
    assert.deepEqual(names(await list(hub, '?checkpointType=Standard')), all, 'it restricts nothing')
    assert.equal((await hub.request('/api/v1/models?checkpointType=standard')).status, 400)
    assert.equal((await list(hub, '?supportsGeneration=false')).items.length, 2)
  }))
