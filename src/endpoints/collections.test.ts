import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CollectionFixture, insertCollection } from '../catalog/collections.fixture.ts'
import { openCollections } from '../catalog/collections.ts'
import { type LibraryFixture, withLibrary } from '../hub/library.fixture.ts'
import { getCollection, listCollections } from './collections.ts'

type Hub = LibraryFixture & {
  account_id: number
  add(collection: CollectionFixture): Promise<number>
  get(target: string, init?: RequestInit): Promise<{ status: number; headers: Headers; body: Answer }>
}
type Answer = {
  items: Record<string, unknown>[]
  metadata: { nextCursor?: string; nextPage?: string }
  error?: unknown
}

const withHub = (run: (hub: Hub) => Promise<void>) =>
  withLibrary(
    {
      endpoints: [listCollections, getCollection],
      more: async ({ database }) => ({ collections: openCollections(database) }),
    },
    async (library) => {
      const account_id = await library.addAccount()
      await run({
        ...library,
        account_id,
        add: (collection) => insertCollection(library.database, { account_id, ...collection }),
        async get(target, init) {
          const answer = await library.request(target, init)
          return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer }
        },
      })
    },
  )

test('a collection has every field of the site API, and those alone', () =>
  withHub(async ({ account_id, add, addModel, get, origin }) => {
    const { versions } = await addModel({ versions: [{ images: [{ extension: 'jpeg' }] }] })
    const cover = versions[0]?.imageIds[0]
    const id = await add({ name: 'Foxes', description: 'All of them', item_count: 4, cover_image_id: cover })
    const { status, body, headers } = await get('/api/v1/collections')
    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'public, s-maxage=300, stale-while-revalidate=150')
    assert.deepEqual(listCollections.reply?.parse(body), body, 'nothing beyond the schema')
    const { coverImageUrl, ...rest } = body.items[0] as { coverImageUrl: string }
    assert.match(coverImageUrl, new RegExp(`^${origin}/media/[0-9a-f-]+/width=450/${cover}\\.jpeg$`))
    assert.deepEqual(rest, {
      id,
      name: 'Foxes',
      description: 'All of them',
      type: 'Model',
      nsfwLevel: 1,
      read: 'Public',
      isPublic: true,
      itemCount: 4,
      coverImage: {
        id: cover,
        url: coverImageUrl.replace('width=450', 'original=true'),
        type: 'image',
        width: 512,
        height: 768,
        nsfwLevel: 1,
      },
      mode: null,
      user: { id: account_id, username: 'person1' },
    })
    assert.deepEqual(body.metadata, {})
    const single = await get(`/api/v1/collections/${id}`)
    assert.deepEqual(single.body, { ...body.items[0], tags: [] })
  }))

test('a private collection and a missing one answer alike, to everyone', () =>
  withHub(async ({ add, get }) => {
    const hidden = await add({ read: 'Private' })
    for (const id of [hidden, 999]) {
      for (const init of [undefined, { headers: { authorization: 'Bearer 1' } }]) {
        const { status, body } = await get(`/api/v1/collections/${id}`, init)
        assert.equal(status, 404)
        assert.deepEqual(body, { error: `No collection with id ${id}` })
      }
    }
    for (const id of ['0', '-1', 'abc', '2147483648', '1.5', '__proto__'])
      assert.equal((await get(`/api/v1/collections/${id}`)).status, 400, id)
  }))

test('pages follow each other by nextPage, which keeps the parameters and drops the token', () =>
  withHub(async ({ add, get, origin }) => {
    for (let count = 0; count < 5; count++) await add({ name: 'A|B', follower_count: count % 2 })
    const met: unknown[] = []
    let target = '/api/v1/collections?limit=2&sort=Most%20Followers&query=a%7Cb&token=secret'
    for (let page = 0; page < 3; page++) {
      const { body } = await get(target)
      met.push(...body.items.map(({ id }) => id))
      const { nextPage = '', nextCursor } = body.metadata
      if (page === 2) assert.deepEqual(body.metadata, {})
      else {
        assert.ok(Number.isSafeInteger(nextCursor))
        assert.ok(nextPage.startsWith(`${origin}/api/v1/collections?limit=2&sort=Most%20Followers&query=a%7Cb&cursor=`))
        assert.equal(nextPage.includes('secret'), false)
        target = nextPage.slice(origin.length)
      }
    }
    assert.deepEqual(met, [4, 2, 5, 3, 1])
  }))

test('each parameter is checked, and nsfw widens what is shown', () =>
  withHub(async ({ add, get }) => {
    const [harmless, mature] = [await add({}), await add({ nsfw_level: 8 })]
    const idsOf = async (query: string) => (await get(`/api/v1/collections?${query}`)).body.items.map(({ id }) => id)
    assert.deepEqual(await idsOf(''), [harmless])
    assert.deepEqual(await idsOf('nsfw=false'), [harmless])
    assert.deepEqual(await idsOf('nsfw=true&limit=100'), [mature, harmless])
    assert.deepEqual(await idsOf('query=&cursor=&sort=&unknown=1'), [harmless])
    for (const wrong of [
      'limit=0',
      'limit=101',
      'limit=abc',
      'sort=Oldest',
      'nsfw=maybe',
      'cursor=0',
      'cursor=9007199254740992',
      `cursor=${2 ** 31 + 1}`,
      'cursor=1.5',
      'cursor=WzEsIk5ld2VzdCIsM10',
      'cursor=__proto__',
      `query=${'a'.repeat(101)}`,
    ]) {
      const { status, body, headers } = await get(`/api/v1/collections?${wrong}`)
      assert.equal(status, 400, wrong)
      assert.ok(body.error, wrong)
      assert.equal(headers.get('cache-control'), 'private, no-store')
    }
  }))

test('callers with an account get the same data, privately; HEAD answers as GET does, other methods are refused', () =>
  withHub(async ({ add, get, request }) => {
    const id = await add({})
    for (const target of ['/api/v1/collections', `/api/v1/collections/${id}`]) {
      const anonymous = await get(target)
      for (const caller of ['1', '1:UserRead']) {
        const known = await get(target, { headers: { authorization: `Bearer ${caller}` } })
        assert.deepEqual(known.body, anonymous.body)
        assert.equal(known.headers.get('cache-control'), 'private, no-store')
      }
      const head = await request(target, { method: 'HEAD' })
      assert.deepEqual(
        [head.status, head.headers.get('content-length'), await head.text()],
        [200, anonymous.headers.get('content-length'), ''],
      )
      const post = await request(target, { method: 'POST' })
      assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, HEAD, OPTIONS'])
    }
  }))
