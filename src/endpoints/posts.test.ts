import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import type { ImageFixture } from '../catalog/catalog.fixture.ts'
import { openImages } from '../catalog/images/list-images.ts'
import { openModels } from '../catalog/models/open-models.ts'
import { openTags } from '../catalog/tags.ts'
import { openUsedBaseModels } from '../catalog/used-base-models.ts'
import { type LibraryFixture, withLibrary } from '../hub/library.fixture.ts'
import { listImages } from './images.ts'
import { getPost } from './posts.ts'

const withHub = (run: (library: LibraryFixture) => Promise<void>) =>
  withLibrary(
    {
      endpoints: [getPost, listImages],
      more: async ({ database }) => ({
        models: openModels({ database, now: Date.now }),
        images: openImages({ database, now: Date.now }),
        tags: openTags(database),
        usedBaseModels: openUsedBaseModels(database),
      }),
    },
    run,
  )

const published = Date.UTC(2026, 0, 2)

test('a post shows the images of a gallery in its order, with what is known of the version', () =>
  withHub(async ({ addModel, request }) => {
    const images: ImageFixture[] = [
      { id: 3, post_id: 77, meta: { prompt: 'a fox' } },
      { id: 1, post_id: 77, nsfw_level: 8 },
      { id: 2, post_id: 77 },
      { id: 4, post_id: 78 },
    ]
    await addModel({ creator: '007', tags: ['b', 'a'], versions: [{ id: 34, published_at: published, images }] })
    const answer = await request('/api/v1/posts/77')
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('cache-control'), 'public, s-maxage=300, stale-while-revalidate=150')
    const body = (await answer.json()) as z.infer<NonNullable<(typeof getPost)['reply']>> & { images: { id: number }[] }
    assert.deepEqual(getPost.reply?.parse(body), body, 'nothing beyond the schema')
    const { images: shown, user, ...rest } = body as never as { images: { id: number }[]; user: { username: string } }
    assert.deepEqual(
      shown.map(({ id }) => id),
      [3, 2],
    )
    assert.equal(user.username, '007')
    assert.deepEqual(rest, {
      id: 77,
      title: null,
      detail: null,
      nsfwLevel: 1,
      publishedAt: new Date(published).toISOString(),
      modelVersionId: 34,
      tags: [
        { id: 1, name: 'b' },
        { id: 2, name: 'a' },
      ],
    })
    const listed = (await (await request('/api/v1/images?postId=77&sort=Oldest')).json()) as { items: { id: number }[] }
    assert.deepEqual(
      shown.toSorted((one, other) => one.id - other.id),
      listed.items.toSorted((one, other) => one.id - other.id),
    )
  }))

test('a post shows at most 100 images', () =>
  withHub(async ({ addModel, request }) => {
    const images = Array.from({ length: 130 }, (_, index) => ({ id: 1000 - index, post_id: 5 }))
    await addModel({ versions: [{ images }] })
    const body = (await (await request('/api/v1/posts/5')).json()) as { images: { id: number }[] }
    assert.deepEqual(
      body.images.map(({ id }) => id),
      images.slice(0, 100).map(({ id }) => id),
    )
  }))

test('a post that is unknown, or has nothing to show, is a 404; what is no id is a 400', () =>
  withHub(async ({ addModel, request }) => {
    await addModel({ versions: [{ images: [{ post_id: 6, nsfw_level: 8 }] }] })
    await addModel({ availability: 'Private', versions: [{ images: [{ post_id: 7 }] }] })
    await addModel({ listed: 0, versions: [{ images: [{ post_id: 8 }] }] })
    for (const id of [0, 5, 6, 7, 8, 2_147_483_647]) {
      const answer = await request(`/api/v1/posts/${id}`)
      assert.deepEqual([answer.status, await answer.json()], [404, { error: 'Post not found' }], String(id))
    }
    for (const id of ['a', '-1', '1.5', '2147483648'])
      assert.equal((await request(`/api/v1/posts/${id}`)).status, 400, id)
  }))
