import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCreators } from '../../catalog/creators.ts'
import { openModels } from '../../catalog/models/open-models.ts'
import { openTags } from '../../catalog/tags.ts'
import { type LibraryFixture, withLibrary } from '../../hub/library.fixture.ts'
import { listCreators } from '../creators.ts'
import { listModels } from '../models.ts'
import { listTags } from '../tags.ts'

type List = { items: Record<string, unknown>[]; metadata: Record<string, unknown> }
type Hub = LibraryFixture & {
  /** A 200 answer of a list of the API. */
  list(target: string, init?: RequestInit): Promise<List>
}

/** Both lists that are walked by page numbers, and the models that their links lead to. */
const withHub = (run: (hub: Hub) => Promise<void>) =>
  withLibrary(
    {
      endpoints: [listCreators, listTags, listModels],
      more: async ({ database }) => ({
        models: openModels({ database, now: Date.now }),
        creators: openCreators(database),
        tags: openTags(database),
      }),
    },
    (library) =>
      run({
        ...library,
        async list(target, init) {
          const answer = await library.request(`/api/v1/${target}`, init)
          assert.equal(answer.status, 200, await answer.clone().text())
          return (await answer.json()) as List
        },
      }),
  )

test('a creator and a tag have every field of the site API, and those alone', () =>
  withHub(async ({ addModel, list, origin, database }) => {
    await addModel({ creator: 'salt & ö', tags: ['50% tide & sky/sea'] })
    await database.write(
      (transaction) => transaction.updateTable('account').set({ image: 'https://a.example/1.png' }).execute(),
      { changes: 'catalog' },
    )
    const metadata = { totalItems: 1, currentPage: 1, pageSize: 20, totalPages: 1 }
    const creators = await list('creators')
    assert.deepEqual(creators, {
      items: [
        {
          username: 'salt & ö',
          modelCount: 1,
          link: `${origin}/api/v1/models?username=salt%20%26%20%C3%B6`,
          image: 'https://a.example/1.png',
        },
      ],
      metadata,
    })
    const tags = await list('tags')
    assert.deepEqual(tags, {
      items: [
        {
          name: '50% tide & sky/sea',
          link: `${origin}/api/v1/models?tag=50%25%20tide%20%26%20sky%2Fsea`,
          modelCount: 1,
        },
      ],
      metadata,
    })
    for (const { link } of [...creators.items, ...tags.items])
      assert.equal((await list(String(link).slice(`${origin}/api/v1/`.length))).items.length, 1, String(link))
  }))

test('a creator without an image has null, and a name of digits is a text', () =>
  withHub(async ({ addModel, list }) => {
    await addModel({ creator: '007' })
    const [creator] = (await list('creators')).items
    assert.equal(creator?.username, '007')
    assert.equal(creator?.image, null)
  }))

for (const name of ['creators', 'tags'] as const) {
  const keyOf = (item: Record<string, unknown>) => item.username ?? item.name

  test(`/${name} is walked by nextPage to its end and back by prevPage, and tells its totals`, () =>
    withHub(async ({ addModel, list, origin }) => {
      for (const word of ['a', 'ab', 'abc', 'abcd', 'abcde']) await addModel({ creator: word, tags: [word] })
      const whole = (await list(name)).items.map(keyOf)
      assert.equal(whole.length, 5)
      const start = `${origin}/api/v1/`
      const walk = async (first: string, direction: 'nextPage' | 'prevPage') => {
        const met: unknown[] = []
        for (let target = first; target !== ''; ) {
          const { items, metadata } = await list(target)
          const { nextPage, prevPage, currentPage, ...totals } = metadata
          assert.deepEqual(totals, { totalItems: 5, pageSize: 2, totalPages: 3 })
          assert.equal(typeof nextPage, currentPage === 3 ? 'undefined' : 'string')
          assert.equal(typeof prevPage, currentPage === 1 ? 'undefined' : 'string')
          met.push(...(direction === 'nextPage' ? items : items.toReversed()).map(keyOf))
          target = String(metadata[direction] ?? '').slice(start.length)
          assert.ok(!target.includes('secret'))
          assert.ok(target === '' || target.startsWith(`${name}?limit=2&unknown=%7C&page=`), target)
        }
        return met
      }
      assert.deepEqual(await walk(`${name}?limit=2&unknown=%7C&token=secret`, 'nextPage'), whole)
      assert.deepEqual(await walk(`${name}?limit=2&unknown=%7C&page=3`, 'prevPage'), whole.toReversed())
      const behind = await list(`${name}?limit=2&page=99`)
      assert.deepEqual(behind.items, [])
      assert.equal(behind.metadata.prevPage, `${start}${name}?limit=2&page=3`)
    }))

  test(`/${name} takes a search, the largest limit, none at all, and page 0 for the first`, () =>
    withHub(async ({ addModel, list, request }) => {
      await addModel({ creator: 'Fox den', tags: ['Fox den'] })
      await addModel({ creator: 'other', tags: ['other'] })
      const found = await list(`${name}?query=fOX%20&limit=200`)
      assert.deepEqual(found.items.map(keyOf), ['Fox den'])
      assert.deepEqual(found.metadata, { totalItems: 1, currentPage: 1, pageSize: 200, totalPages: 1 })
      assert.deepEqual(await list(`${name}?limit=0`), {
        items: [],
        metadata: { totalItems: 2, currentPage: 1, pageSize: 0, totalPages: 0 },
      })
      assert.deepEqual(await list(`${name}?query=none`), {
        items: [],
        metadata: { totalItems: 0, currentPage: 1, pageSize: 20, totalPages: 0 },
      })
      for (const inNoName of ['%00', 'f%00', '%00o', '%25', '_', '%5C'])
        assert.deepEqual((await list(`${name}?query=${inNoName}`)).items, [], inNoName)
      assert.deepEqual(await list(`${name}?page=0&query=&limit=`), await list(name))
      for (const wrong of ['limit=201', 'limit=-1', 'limit=a', 'page=-1', 'page=x', 'page=2147483648']) {
        const answer = await request(`/api/v1/${name}?${wrong}`)
        assert.equal(answer.status, 400, wrong)
        assert.match(JSON.stringify(await answer.json()), new RegExp(wrong.split('=')[0] ?? ''))
      }
    }))

  test(`/${name} is the same for every caller, and shared for anonymous ones alone`, () =>
    withHub(async ({ addModel, list, request }) => {
      await addModel({ creator: 'a', tags: ['b'] })
      const anonymous = await request(`/api/v1/${name}`)
      assert.equal(anonymous.headers.get('cache-control'), 'public, s-maxage=300, stale-while-revalidate=150')
      const known = await request(`/api/v1/${name}`, { headers: { authorization: 'Bearer 1' } })
      assert.equal(known.headers.get('cache-control'), 'private, no-store')
      assert.deepEqual(await known.json(), await anonymous.json())
      await addModel({ creator: 'c', tags: ['d'] })
      assert.equal((await list(name)).metadata.totalItems, 2, 'a change is visible at once')
      assert.equal((await request(`/api/v1/${name}`, { method: 'DELETE' })).status, 405)
    }))
}
