import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ImageFixture, insertModel, insertModels } from '../catalog.fixture.ts'
import { withImages } from './images.fixture.ts'

const dayMs = 86_400_000
const withPictures = (...images: ImageFixture[]) => ({ versions: [{ images }] })

test('images of what models are not listed by are left out', () =>
  withImages(async ({ database, idsOf }) => {
    const images = [{}]
    await insertModels(database, [
      { versions: [{ images }] },
      { versions: [{ images }], listed: 0 },
      { versions: [{ images }], availability: 'Private' },
      { versions: [{ images }], mode: 'TakenDown' },
      { versions: [{ images }], mode: 'Archived' },
      { versions: [{}, { images, status: 'Draft' }] },
      { versions: [{}, { images, files: [] }] },
      { versions: [{}, { images }], availability: 'Unsearchable' },
    ])
    assert.deepEqual((await idsOf()).sort(), [1, 8])
  }))

test('an image without a version is listed when the hub owns it, and not when it lies in a library', () =>
  withImages(async ({ database, idsOf, change }) => {
    await insertModel(database, withPictures({}, {}))
    await change(1, { version_id: null, model_id: null })
    await change(2, { version_id: null, model_id: null, folder_id: 1 })
    assert.deepEqual(await idsOf(), [1])
    assert.deepEqual(await idsOf({}, { sort: 'Random' }), [1])
  }))

test('an image is shown when its level is one of the set; blocked and unrated ones never are', () =>
  withImages(async ({ database, idsOf }) => {
    await insertModel(database, withPictures(...[1, 2, 4, 8, 16, 32, 0].map((nsfw_level) => ({ nsfw_level }))))
    const of = async (levels: number) => (await idsOf({ levels }, { sort: 'Oldest' })).sort()
    assert.deepEqual(await of(1), [1])
    assert.deepEqual(await of(6), [2, 3])
    assert.deepEqual(await of(31), [1, 2, 3, 4, 5])
    assert.deepEqual(await of(0), [])
  }))

test('a model has its own images; a version has those that were made with it as well', () =>
  withImages(async ({ database, idsOf, link }) => {
    await insertModels(database, [
      { versions: [{ id: 10, images: [{}, {}] }] },
      {
        versions: [
          { id: 20, images: [{}] },
          { id: 21, images: [{}] },
        ],
      },
    ])
    await link(1, [20, 10])
    await link(4, [20])
    assert.deepEqual(await idsOf({ modelId: 2 }), [3, 4])
    assert.deepEqual((await idsOf({ versionId: 20 })).sort(), [1, 3, 4])
    assert.deepEqual((await idsOf({ versionId: 10 })).sort(), [1, 2])
    assert.deepEqual(await idsOf({ versionId: 20, modelId: 1 }), [1])
    assert.deepEqual(await idsOf({ versionId: 99 }), [])
  }))

test('id, ids and postId name images', () =>
  withImages(async ({ database, idsOf }) => {
    await insertModel(database, withPictures({}, { post_id: 7 }, { post_id: 7, nsfw_level: 4 }))
    assert.deepEqual(await idsOf({ id: 2 }), [2])
    assert.deepEqual(await idsOf({ ids: [3, 99, 1, 3] }, { sort: 'Oldest' }), [1, 3])
    assert.deepEqual(await idsOf({ ids: [1, 2], postId: 7 }), [2])
    assert.deepEqual(await idsOf({ ids: [] }), [])
    assert.deepEqual((await idsOf({ postId: 7 })).sort(), [2, 3])
    assert.deepEqual(await idsOf({ postId: 7, levels: 1 }), [2])
    assert.deepEqual(await idsOf({ postId: 7, id: 1 }), [])
  }))

test('an image is by its own creator, otherwise by that of its model, otherwise by the default creator', () =>
  withImages(async ({ database, idsOf, list }) => {
    const [nobody, ann, bob] = [1, 2, 3]
    await insertModel(database, { creator: 'Ann', ...withPictures({}) })
    await insertModel(database, { creator: 'bob', ...withPictures({}, { creator_id: ann }) })
    await insertModel(database, { creator: null, ...withPictures({}, {}) })
    await database.write((transaction) =>
      transaction
        .updateTable('image')
        .set({ model_id: null, version_id: null, folder_id: null })
        .where('id', '=', 5)
        .execute(),
    )
    assert.deepEqual((await idsOf({ creatorId: ann })).sort(), [1, 3])
    assert.deepEqual(await idsOf({ creatorId: bob }), [2])
    assert.deepEqual((await idsOf({ creatorId: nobody })).sort(), [4, 5])
    const { images } = await list({}, { sort: 'Random' })
    const names = images.toSorted((one, other) => one.id - other.id).map(({ username }) => username)
    assert.deepEqual(names, ['Ann', 'bob', 'Ann', 'local', 'local'])
  }))

test('type, baseModels and period keep what fits', () =>
  withImages(async ({ database, idsOf, now }) => {
    await insertModel(
      database,
      withPictures(
        { type: 'video', created_at: now - dayMs },
        { base_model: 'Pony', created_at: now - dayMs - 1 },
        { base_model: 'pony', created_at: now - 40 * dayMs },
      ),
    )
    assert.deepEqual(await idsOf({ type: 'video' }), [1])
    assert.deepEqual(await idsOf({ type: 'audio' }), [])
    assert.deepEqual(await idsOf({ baseModels: ['Pony', 'Other'] }), [2])
    assert.deepEqual(await idsOf({ baseModels: [] }), [1, 2, 3])
    for (const sort of ['Newest', 'Most Reactions', 'Random'] as const) {
      assert.deepEqual(await idsOf({ period: 'Day' }, { sort }), [1])
      assert.deepEqual((await idsOf({ period: 'Week' }, { sort })).sort(), [1, 2])
      assert.deepEqual((await idsOf({ period: 'Year' }, { sort })).sort(), [1, 2, 3])
    }
    assert.deepEqual(await idsOf({ period: 'AllTime' }), [1, 2, 3])
  }))

test('tags are those of the model, all of them', () =>
  withImages(async ({ database, idsOf }) => {
    await insertModels(database, [
      { tags: ['a', 'b'], ...withPictures({}) },
      { tags: ['b', 'c'], ...withPictures({}) },
      { tags: ['d'], ...withPictures({}) },
    ])
    assert.deepEqual(await idsOf({ tagIds: [1] }), [1])
    assert.deepEqual((await idsOf({ tagIds: [2] })).sort(), [1, 2])
    assert.deepEqual(await idsOf({ tagIds: [1, 2] }), [1])
    assert.deepEqual(await idsOf({ tagIds: [2, 3] }), [2])
    assert.deepEqual(await idsOf({ tagIds: [1, 3] }), [])
    assert.deepEqual(await idsOf({ tagIds: [2, 99] }), [])
    assert.deepEqual((await idsOf({ tagIds: [] })).sort(), [1, 2, 3])
  }))
