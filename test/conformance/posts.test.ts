import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { z } from 'zod'
import { assertRefused, read, startHub } from './hub.ts'
import { levels, night, reel, tidal } from './library.ts'
import { ImageList, Post } from './shapes.ts'

const hub = await startHub()
after(() => hub.close())

const images = async (query: string) => read(await hub.ask(`/api/v1/images?${query}`), ImageList).items
const idsOf = async (query: string) => (await images(query)).map(({ id }) => id)
const sorted = (ids: readonly number[]) => ids.toSorted((one, other) => one - other)
const post = async (id: number) => read(await hub.ask(`/api/v1/posts/${id}`), Post)

test('102. postId is the sidecar’s, otherwise a stable local id from 1,000,000,000, and filters by both', async () => {
  const all = await images('nsfw=X&limit=200')
  for (const { postId } of all) assert.ok(Number.isInteger(postId) && postId > 0)
  const ofReel = all.filter(({ modelVersionIds }) => modelVersionIds.includes(reel.versionId))
  const named = ofReel.filter(({ postId }) => postId === reel.postId)
  assert.deepEqual([ofReel.length, named.length], [3, 2])
  assert.deepEqual(sorted(await idsOf(`postId=${reel.postId}`)), sorted(named.map(({ id }) => id)))
  const galleries = Map.groupBy(
    all.filter(({ postId }) => postId !== reel.postId),
    ({ postId }) => postId,
  )
  assert.equal(galleries.size, 4, 'one for each version that has images')
  for (const [postId, gallery] of galleries) {
    assert.ok(postId >= 1_000_000_000 && postId < 2 ** 31)
    assert.equal(new Set(gallery.map(({ modelVersionIds }) => modelVersionIds[0])).size, 1)
    assert.deepEqual(sorted(await idsOf(`nsfw=X&postId=${postId}`)), sorted(gallery.map(({ id }) => id)))
  }
  assert.deepEqual(await idsOf('postId=999999999'), [])
})

test('103. ids name images: misses are left out, the order is that of sort, malformed ones are a 400', async () => {
  const some = (await idsOf(`modelVersionId=${tidal.versionId}&sort=Newest`)).slice(1, 4)
  const asked = [some[2], 999_999_999, some[0], some[1]]
  assert.deepEqual(await idsOf(`ids=${asked}&sort=Newest`), some)
  assert.deepEqual(await idsOf(`ids=${asked}&sort=Oldest`), some.toReversed())
  assert.deepEqual(await idsOf(`${asked.map((id) => `ids=${id}`).join('&')}&sort=Newest`), some)
  assert.deepEqual(await idsOf('ids=999999999'), [])
  assert.deepEqual(await idsOf('ids='), await idsOf(''))
  const many = Array.from({ length: 101 }, (_, index) => index + 1)
  assert.equal((await hub.ask(`/api/v1/images?ids=${many.slice(1)}`)).status, 200)
  for (const wrong of ['abc', '1,abc', '1.5', '-1', ',', '2147483648', String(many)]) {
    const answer = await hub.ask(`/api/v1/images?ids=${wrong}`)
    assert.equal(answer.status, 400, wrong)
    assert.ok((JSON.parse(answer.body.toString()) as { error: unknown }).error)
  }
})

test('104. with several tags, images have all of them', async () => {
  const [ofReel] = await images(`postId=${reel.postId}&withTags=true`)
  const idOf = (name: string) => ofReel?.tags?.find((tag) => tag.name === name)?.id
  const [base, own] = [idOf('base model'), idOf('reel')]
  const versionsOf = async (tags: string) =>
    new Set((await images(`tags=${tags}`)).map(({ modelVersionIds }) => modelVersionIds[0]))
  assert.deepEqual(await versionsOf(`${own}`), new Set([reel.versionId]))
  assert.deepEqual(await versionsOf(`${base}`), new Set([reel.versionId, tidal.versionId]))
  for (const both of [`${base},${own}`, `${own},${base},${own}`, `${base}&tags=${own}`])
    assert.deepEqual(await versionsOf(both), new Set([reel.versionId]), both)
  assert.deepEqual(await versionsOf(`${base},999999`), new Set())
})

test('105. thumbnail is null for images, and a still image for a video that has one next to it', async () => {
  const all = await images('nsfw=X&limit=200')
  const videos = all.filter(({ type }) => type === 'video')
  for (const { type, thumbnail } of all) if (type === 'image') assert.equal(thumbnail, null)
  const [withStill, ...more] = videos.filter(({ thumbnail }) => thumbnail !== null)
  assert.deepEqual([videos.length, more.length], [2, 0])
  const still = all.find(({ url }) => url === withStill?.thumbnail?.url)
  assert.deepEqual(
    [still?.type, still?.postId, withStill?.thumbnail?.width, withStill?.thumbnail?.height],
    ['image', reel.postId, 64, 48],
  )
  const shown = await hub.ask(withStill?.thumbnail?.url ?? '')
  assert.deepEqual([shown.status, shown.headers['content-type']], [200, 'image/png'])
})

test('106. a post is the gallery of a version; unknown, or with nothing to show, it is a 404', async () => {
  const [one] = await images(`modelVersionId=${tidal.versionId}`)
  const found = await post(one?.postId ?? 0)
  assert.deepEqual(
    [found.id, found.modelVersionId, found.user.username, found.nsfwLevel],
    [one?.postId, tidal.versionId, tidal.creator, 1],
  )
  assert.deepEqual(new Set(found.tags.map(({ name }) => name)), new Set(tidal.tags))
  const extensions = found.images.map(({ url }) => url.replace(/.*\./, ''))
  assert.equal(found.images.length, 5)
  assert.deepEqual([extensions[0], extensions[2]], ['png', 'webp'], 'in the order of the gallery')
  assert.deepEqual(
    found.images.toSorted((a, b) => a.id - b.id),
    (await images(`postId=${one?.postId}`)).toSorted((a, b) => a.id - b.id),
  )
  assert.equal((await post(reel.postId)).images.length, 2)
  const [mixed] = await images(`modelId=${levels.modelId}`)
  assert.deepEqual(
    (await post(mixed?.postId ?? 0)).images.map(({ browsingLevel }) => browsingLevel),
    [1],
    'the levels of /images without parameters',
  )
  const [hidden] = await images(`modelId=${night.modelId}&nsfw=X`)
  for (const id of [hidden?.postId, 0, 5, 2 ** 31 - 1])
    assertRefused(await hub.ask(`/api/v1/posts/${id}`), 404, { error: 'Post not found' })
  for (const id of ['abc', '1.5', '-1', '2147483648'])
    assert.equal((await hub.ask(`/api/v1/posts/${id}`)).status, 400, id)
})

test('107. a hub has no articles', async () => {
  for (const target of ['/api/v1/articles', '/api/v1/articles?limit=5&query=x&sort=Newest']) {
    const answer = await hub.ask(target)
    assert.deepEqual(read(answer, z.unknown()), { items: [], metadata: {} })
    assert.equal(answer.body.toString(), '{"items":[],"metadata":{}}')
  }
  for (const id of [0, 1, 999])
    assertRefused(await hub.ask(`/api/v1/articles/${id}`), 404, { error: `No article with id ${id}` })
  assert.equal((await hub.ask('/api/v1/articles/abc')).status, 400)
})
