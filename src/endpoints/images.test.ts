import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import { baseModels } from '../catalog/base-models.ts'
import type { ImageFixture } from '../catalog/catalog.fixture.ts'
import { openImages } from '../catalog/images/list-images.ts'
import { openModels } from '../catalog/models/open-models.ts'
import { openTags } from '../catalog/tags.ts'
import { openUsedBaseModels } from '../catalog/used-base-models.ts'
import { type LibraryFixture, withLibrary } from '../hub/library.fixture.ts'
import type { Image } from './image-presentation.ts'
import { listImages } from './images.ts'

type List = { items: z.infer<typeof Image>[]; metadata: Record<string, unknown>; error?: unknown }
type Hub = LibraryFixture & {
  /** A 200 answer. */
  list(query?: string, init?: RequestInit): Promise<List>
  idsOf(query?: string): Promise<number[]>
}

const withHub = (run: (hub: Hub) => Promise<void>, settings = { defaultBrowsingLevel: 1, loginOnly: false }) =>
  withLibrary(
    {
      endpoints: [listImages],
      more: async ({ database }) => ({
        settings: {
          access: { anonymousAccess: 'open', queryTokens: 'always' },
          signUp: 'off',
          defaultCreator: 'local',
          maxTokenLifetimeDays: null,
          providers: [],
          ...settings,
        },
        models: openModels({ database, now: Date.now }),
        images: openImages({ database, now: Date.now }),
        tags: openTags(database),
        usedBaseModels: openUsedBaseModels(database),
      }),
    },
    async (library) => {
      const list: Hub['list'] = async (query = '', init) => {
        const answer = await library.request(`/api/v1/images?${query}`, init)
        assert.equal(answer.status, 200, await answer.clone().text())
        return (await answer.json()) as List
      }
      await run({ ...library, list, idsOf: async (query) => (await list(query)).items.map(({ id }) => id) })
    },
  )

const withPictures = (...images: ImageFixture[]) => ({ versions: [{ images }] })

test('an image has every field of the site API, and those alone', () =>
  withHub(async ({ addModel, list, request, origin, database }) => {
    const image: ImageFixture = {
      id: 78,
      extension: 'jpeg',
      post_id: 34,
      nsfw_level: 1,
      base_model: 'SDXL 1.0',
      created_at: Date.UTC(2026, 1, 2, 3, 4, 5, 6),
      width: 640,
      height: 448,
      hash: 'LEHV6nWB2yk8',
      meta: { prompt: 'a fox', seed: 5, 'Model hash': 'ab' },
      cry_count: 1,
      laugh_count: 2,
      like_count: 3,
      dislike_count: 4,
      heart_count: 5,
      comment_count: 6,
    }
    await addModel({ id: 12, creator: '007', tags: ['animal'], versions: [{ id: 34, images: [image] }] })
    await database.write((transaction) =>
      transaction.insertInto('image_version').values({ image_id: 78, version_id: 99 }).execute(),
    )
    const answer = await request('/api/v1/images')
    assert.equal(answer.headers.get('cache-control'), 'public, s-maxage=300, stale-while-revalidate=150')
    const body = (await answer.json()) as List
    assert.deepEqual(listImages.reply?.parse(body), body, 'nothing beyond the schema')
    assert.deepEqual(body.metadata, {})
    const { url, ...rest } = body.items[0] as List['items'][0]
    assert.match(url, new RegExp(`^${origin}/media/[0-9a-f-]{36}/original=true/78\\.jpeg$`))
    assert.deepEqual(rest, {
      id: 78,
      hash: 'LEHV6nWB2yk8',
      width: 640,
      height: 448,
      nsfwLevel: 'None',
      type: 'image',
      nsfw: false,
      browsingLevel: 1,
      createdAt: '2026-02-02T03:04:05.006Z',
      postId: 34,
      thumbnail: null,
      stats: { cryCount: 1, laughCount: 2, likeCount: 3, dislikeCount: 4, heartCount: 5, commentCount: 6 },
      meta: null,
      username: '007',
      baseModel: 'SDXL 1.0',
      modelVersionIds: [34, 99],
    })
    const [told] = (await list('withMeta=true&withTags=1')).items
    assert.deepEqual(told, {
      ...body.items[0],
      meta: { prompt: 'a fox', seed: 5, 'Model hash': 'ab' },
      tags: [{ id: 1, name: 'animal' }],
    })
  }))

test('what is not known of an image is null, but its username, and an image without tags has none', () =>
  withHub(async ({ addModel, list }) => {
    await addModel({ creator: null, ...withPictures({}) })
    const [image] = (await list('withMeta=true&withTags=true')).items
    const { meta, username, baseModel, postId, tags } = image as List['items'][0]
    assert.deepEqual(
      { meta, username, baseModel, postId, tags },
      {
        meta: null,
        username: 'local',
        baseModel: null,
        postId: 1_000_000_001,
        tags: [],
      },
    )
  }))

test('levels have words, and each word, flag and set of bits shows its levels alone', () =>
  withHub(async ({ addModel, list }) => {
    await addModel(withPictures(...[1, 2, 4, 8, 16, 32].map((nsfw_level) => ({ nsfw_level }))))
    const all = (await list('browsingLevel=63&sort=Oldest')).items
    assert.deepEqual(
      all.map(({ browsingLevel, nsfwLevel, nsfw }) => [browsingLevel, nsfwLevel, nsfw]),
      [
        [1, 'None', false],
        [2, 'Soft', true],
        [4, 'Mature', true],
        [8, 'X', true],
        [16, 'X', true],
      ],
    )
    const shown: [string, number[]][] = [
      ['', [1]],
      ['nsfw=', [1]],
      ['nsfw=None', [1]],
      ['nsfw=False', [1]],
      ['nsfw=Soft', [1, 2]],
      ['nsfw=Mature', [1, 2, 4]],
      ['nsfw=X', [1, 2, 4, 8, 16]],
      ['nsfw=true', [4, 8, 16]],
      ['browsingLevel=6', [2, 4]],
      ['browsingLevel=4&nsfw=None', [4]],
      ['browsingLevel=32', []],
      ['browsingLevel=0', []],
    ]
    for (const [query, bits] of shown) {
      const { items } = await list(`sort=Oldest&${query}`)
      assert.deepEqual(
        items.map(({ browsingLevel }) => browsingLevel),
        bits,
        query,
      )
    }
  }))

test('where nothing is said the owner’s choice of levels holds, with a token as without', () =>
  withHub(
    async ({ addModel, addAccount, list }) => {
      await addModel(withPictures({ nsfw_level: 1 }, { nsfw_level: 2 }, { nsfw_level: 8 }))
      const account = await addAccount()
      const anonymous = await list('sort=Oldest')
      assert.deepEqual(
        anonymous.items.map(({ id }) => id),
        [1, 2],
      )
      for (const caller of [`${account}`, `${account}:UserRead`, 'unknown'])
        assert.deepEqual(await list('sort=Oldest', { headers: { authorization: `Bearer ${caller}` } }), anonymous)
    },
    { defaultBrowsingLevel: 3, loginOnly: false },
  ))

test('each parameter reaches its filter', () =>
  withHub(async ({ addModel, idsOf, list, database }) => {
    await addModel({ creator: 'Ann', tags: ['a, b', 'x'], versions: [{ id: 10, images: [{ created_at: 0 }] }] })
    const special = { post_id: 20, type: 'video', base_model: 'Pony', created_at: Date.now() } as const
    await addModel({ creator: 'Bob B', tags: ['Fox & hound'], versions: [{ id: 20, images: [special] }] })
    await database.write((transaction) =>
      transaction.insertInto('image_version').values({ image_id: 2, version_id: 30 }).execute(),
    )
    const asked = [
      'imageId=2',
      'postId=20',
      'modelId=2',
      'modelVersionId=20',
      'modelVersionId=30',
      'userId=3',
      'username=bob%20B',
      'username=BOB%20b&userId=3',
      'period=Day',
      'type=video',
      'baseModels=Pony',
      'baseModels=Pony,SD%201.5&baseModels=Other',
      'tags=3',
      'tags=FOX%20%26%20hound',
      'tags=3,3',
      'tags=3&tags=fox%20%26%20hound',
      'ids=2',
      'ids=2,99',
      'ids=99&ids=2',
    ]
    for (const query of asked) assert.deepEqual(await idsOf(query), [2], query)
    for (const none of [
      'tags=none',
      'tags=99',
      'tags=77,3',
      'tags=1,3',
      'tags=,',
      'ids=9',
      'username=ann&userId=3',
      'type=audio',
      'imageId=9',
    ])
      assert.deepEqual(await list(none), { items: [], metadata: {} }, none)
    const empty =
      'ids=&imageId=&postId=&modelId=&tags=&username=&userId=&period=&type=&baseModels=&withMeta=&cursor=&page=&nope=1'
    assert.deepEqual(await idsOf(`${empty}&sort=Newest`), [2, 1])
    assert.deepEqual(await idsOf('sort=Oldest&sort=Newest'), [1, 2], 'of a parameter given twice the first counts')
  }))

test('ids give these images in the order of sort, as many as are named; misses are left out', () =>
  withHub(async ({ addModel, idsOf }) => {
    const made = Array.from({ length: 120 }, (_, index) => ({ id: 500 + index, created_at: index }))
    await addModel(withPictures(...made, { id: 700, nsfw_level: 8 }))
    assert.deepEqual(await idsOf('ids=503,501,999,502&sort=Newest'), [503, 502, 501])
    assert.deepEqual(await idsOf('ids=503,501,502&sort=Oldest'), [501, 502, 503])
    assert.deepEqual(await idsOf('ids=501,700'), [501], 'levels are filtered as without ids')
    assert.deepEqual(await idsOf('ids=501,700&nsfw=X&sort=Oldest'), [501, 700])
    const hundred = made.slice(0, 100).map(({ id }) => id)
    assert.deepEqual(await idsOf(`sort=Oldest&ids=${hundred}`), hundred)
    assert.deepEqual(await idsOf(`sort=Oldest&limit=2&ids=${hundred}`), hundred.slice(0, 2))
    assert.equal((await idsOf('ids=')).length, 50, 'an empty value is no filter')
  }))

test('the 400 to an unknown base model names all that are valid, those that only this hub has among them', () =>
  withHub(async ({ addModel, idsOf, request }) => {
    await addModel({ versions: [{ base_model: 'Homemade', images: [{ base_model: 'Homemade' }] }] })
    await addModel({ versions: [{ base_model: 'Bare' }] })
    assert.deepEqual(await idsOf('baseModels=Homemade'), [1])
    assert.deepEqual(await idsOf('baseModels=Bare'), [])
    const answer = await request('/api/v1/images?baseModels=Pony&baseModels=NotABase')
    assert.equal(answer.status, 400)
    type Issue = { code: string; path: unknown[]; values: string[]; message: string }
    const { error } = (await answer.json()) as { error: { name: string; issues: Issue[] } }
    const [issue, ...more] = error.issues
    assert.deepEqual([error.name, issue?.code, issue?.path, more], ['ZodError', 'invalid_value', ['baseModels', 1], []])
    assert.deepEqual(issue?.values, [...baseModels.map(({ name }) => name), 'Bare', 'Homemade'])
    assert.match(issue?.message ?? '', /"Homemade"/)
  }))

test('a video shows the still image next to it, unless that is of a stricter level', () =>
  withHub(async ({ addModel, list, origin, database }) => {
    const video = { type: 'video', extension: 'mp4' } as const
    const still = { width: 320, height: 200, extension: 'jpeg' }
    await addModel(
      withPictures({ id: 1, ...video }, { id: 2, ...still }, { id: 3, ...video }, { id: 4, ...still, nsfw_level: 4 }),
    )
    await addModel(withPictures({ id: 5, ...video, nsfw_level: 8 }, { id: 6, ...video }))
    const stills = [
      { video_id: 1, still_id: 2 },
      { video_id: 3, still_id: 4 },
      { video_id: 5, still_id: 4 },
    ]
    await database.write((transaction) => transaction.insertInto('video_still').values(stills).execute())
    const { items } = await list('sort=Oldest&nsfw=X')
    const thumbnailOf = (id: number) => items.find((item) => item.id === id)?.thumbnail
    assert.deepEqual(
      [1, 5].map((id) => [thumbnailOf(id)?.width, thumbnailOf(id)?.height]),
      [
        [320, 200],
        [320, 200],
      ],
    )
    assert.match(thumbnailOf(1)?.url ?? '', new RegExp(`^${origin}/media/[0-9a-f-]{36}/original=true/2\\.jpeg$`))
    for (const id of [2, 3, 4, 6]) assert.equal(thumbnailOf(id), null, String(id))
  }))

test('lists are walked by nextPage, which keeps what was asked and drops the token', () =>
  withHub(async ({ addModel, list, origin }) => {
    await addModel(withPictures(...Array.from({ length: 5 }, (_, index) => ({ random_key: (index * 3) % 5 }))))
    const met: number[] = []
    let query = 'sort=Random&limit=2&token=secret&tags=&nsfw=None&unknown=%7C'
    for (let pages = 0; query !== '' && pages < 9; pages++) {
      const { items, metadata } = await list(query)
      met.push(...items.map(({ id }) => id))
      const { nextPage, nextCursor, ...more } = metadata
      assert.deepEqual(more, {})
      assert.equal(typeof nextPage, typeof nextCursor)
      const start = `${origin}/api/v1/images?`
      if (nextPage !== undefined) {
        assert.equal(nextPage, `${start}sort=Random&limit=2&tags=&nsfw=None&unknown=%7C&cursor=${nextCursor}`)
      }
      query = String(nextPage ?? '').slice(start.length)
    }
    assert.deepEqual(met, [4, 2, 5, 3, 1])
  }))

test('page numbers work to their depth, and nextPage goes on from there by cursor', () =>
  withHub(async ({ addModel, list, request, origin }) => {
    await addModel(withPictures(...Array.from({ length: 1001 }, () => ({}))))
    const second = await list('page=2&limit=2&sort=Newest')
    assert.deepEqual(
      second.items.map(({ id }) => id),
      [999, 998],
    )
    assert.equal(second.metadata.currentPage, 2)
    assert.equal(second.metadata.pageSize, 2)
    assert.equal(second.metadata.nextPage, `${origin}/api/v1/images?page=3&limit=2&sort=Newest`)

    const deepest = await list('page=5&limit=200&sort=Oldest')
    const { nextCursor, nextPage } = deepest.metadata
    assert.equal(nextPage, `${origin}/api/v1/images?page=5&limit=200&sort=Oldest&cursor=${nextCursor}`)
    const rest = await list(String(nextPage).split('?')[1])
    assert.deepEqual(
      rest.items.map(({ id }) => id),
      [1001],
    )
    assert.deepEqual(rest.metadata, {})
    assert.deepEqual((await list('page=6&limit=160')).metadata.currentPage, 6)
    assert.deepEqual((await list('page=1000&limit=1&modelId=9')).metadata, { currentPage: 1000, pageSize: 1 })

    const refused = await request('/api/v1/images?page=6&limit=200')
    assert.equal(refused.status, 429)
    assert.deepEqual(await refused.json(), { error: "You've requested too many pages, please use cursors instead" })
    assert.deepEqual(await list('limit=0'), { items: [], metadata: {} })
    assert.equal((await list()).items.length, 50, 'unless a limit is given')
  }))

test('a value out of range, a cursor that no list wrote, an unknown creator: 400 and 404 with what is wrong', () =>
  withHub(async ({ request }) => {
    for (const query of [
      'limit=201',
      'limit=-1',
      'limit=abc',
      'limit=1.5',
      'page=0',
      'sort=Best',
      'sort=newest',
      'period=Decade',
      'nsfw=maybe',
      'nsfw=Blocked',
      'browsingLevel=-1',
      'browsingLevel=a',
      'type=Image',
      'withMeta=perhaps',
      'withTags=perhaps',
      'ids=a',
      'ids=1,x',
      'ids=1.5',
      'ids=-1',
      'ids=,',
      'ids=2147483648',
      `ids=${Array.from({ length: 101 }, (_, index) => index + 1)}`,
      'baseModels=pony',
      'baseModels=SDXL',
      'baseModels=Pony,NotABase',
      'imageId=0',
      'imageId=2147483648',
      'postId=a',
      'modelId=1.5',
      'modelVersionId=99999999999999999999',
      'userId=-1',
    ]) {
      const answer = await request(`/api/v1/images?${query}`)
      assert.equal(answer.status, 400, query)
      const { error } = (await answer.json()) as { error: { issues: { path: string[] }[] } }
      assert.equal(error.issues[0]?.path[0], query.split('=')[0], query)
      assert.equal(answer.headers.get('cache-control'), 'private, no-store')
    }
    for (const cursor of ['1%7C1744925337225', 'x', '%00']) {
      const answer = await request(`/api/v1/images?cursor=${cursor}`)
      assert.equal(answer.status, 400, cursor)
      assert.equal(typeof ((await answer.json()) as List).error, 'string')
    }
    const unknown = await request('/api/v1/images?username=nobody')
    assert.deepEqual([unknown.status, await unknown.json()], [404, { error: 'User not found' }])
  }))

test('HEAD answers as GET does, other methods are refused', () =>
  withHub(async ({ addModel, request }) => {
    await addModel(withPictures({}))
    const whole = await request('/api/v1/images')
    const head = await request('/api/v1/images', { method: 'HEAD' })
    assert.equal(head.status, 200)
    assert.equal(head.headers.get('content-length'), whole.headers.get('content-length'))
    const post = await request('/api/v1/images', { method: 'POST' })
    assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, HEAD, OPTIONS'])
  }))
