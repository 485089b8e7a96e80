import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insertModel } from './catalog.fixture.ts'
import { type ModelsFixture, withModels } from './models/models.fixture.ts'
import { openPreferences } from './preferences.ts'

const withPreferences = (
  run: (fixture: ModelsFixture & { preferences: ReturnType<typeof openPreferences> }) => Promise<void>,
) => withModels((fixture) => run({ ...fixture, preferences: openPreferences({ ...fixture, now: () => fixture.now }) }))

const thumbsOf = async ({ models }: ModelsFixture, id: number) => (await models.byId(id))?.thumbs_up_count

test('a favourite is one thumb up more, however often it is set, and one less once it is taken away', () =>
  withPreferences(async (fixture) => {
    const { preferences, database } = fixture
    const { id: modelId } = await insertModel(database, { thumbs_up_count: 7 })
    const mark = { accountId: 1, modelId, kind: 'favorite' } as const
    assert.equal(await preferences.mark(mark), true)
    assert.equal(await preferences.mark(mark), true)
    assert.equal(await thumbsOf(fixture, modelId), 8)
    await preferences.mark({ ...mark, accountId: 2 })
    assert.equal(await thumbsOf(fixture, modelId), 9)
    assert.equal(await preferences.unmark(mark), true)
    assert.equal(await preferences.unmark(mark), true)
    assert.equal(await thumbsOf(fixture, modelId), 8)
  }))

test('the same favourite set many times at once counts once, and taken away many times at once too', () =>
  withPreferences(async (fixture) => {
    const { preferences, database } = fixture
    const { id: modelId } = await insertModel(database)
    const mark = { accountId: 1, modelId, kind: 'favorite' } as const
    await Promise.all(Array.from({ length: 20 }, () => preferences.mark(mark)))
    assert.equal(await thumbsOf(fixture, modelId), 1)
    await Promise.all(Array.from({ length: 20 }, () => preferences.unmark(mark)))
    assert.equal(await thumbsOf(fixture, modelId), 0)
  }))

test('only a favourite that comes or goes tells caches that public answers changed; hiding never does', () =>
  withPreferences(async ({ preferences, database }) => {
    const { id: modelId } = await insertModel(database, { thumbs_up_count: 3 })
    const favorite = { accountId: 1, modelId, kind: 'favorite' } as const
    const hidden = { accountId: 1, modelId, kind: 'hidden' } as const
    const revision = database.catalogRevision()
    await preferences.unmark(favorite)
    await preferences.mark(hidden)
    await preferences.unmark(hidden)
    assert.equal(database.catalogRevision(), revision)
    await preferences.mark(favorite)
    await preferences.mark(favorite)
    assert.equal(database.catalogRevision(), revision + 1)
    await preferences.unmark(favorite)
    await preferences.unmark(favorite)
    assert.equal(database.catalogRevision(), revision + 2)
  }))

test('an account marks for itself alone, favourites and hidden models apart', () =>
  withPreferences(async ({ preferences, database, idsOf }) => {
    const { id: modelId } = await insertModel(database)
    await preferences.mark({ accountId: 1, modelId, kind: 'hidden' })
    assert.deepEqual(await idsOf({ hiddenBy: 1 }), [modelId])
    assert.deepEqual(await idsOf({ notHiddenBy: 1 }), [])
    assert.deepEqual(await idsOf({ favoritesOf: 1 }), [])
    assert.deepEqual(await idsOf({ notHiddenBy: 2 }), [modelId])
    await preferences.unmark({ accountId: 1, modelId, kind: 'hidden' })
    assert.deepEqual(await idsOf({ notHiddenBy: 1 }), [modelId])
  }))

test('what is not published cannot be marked, and a mark on what went can be taken away', () =>
  withPreferences(async ({ preferences, database }) => {
    const { id: draft } = await insertModel(database, { status: 'Draft' })
    const { id: modelId } = await insertModel(database)
    assert.equal(await preferences.mark({ accountId: 1, modelId: draft, kind: 'favorite' }), false)
    assert.equal(await preferences.mark({ accountId: 1, modelId: 999, kind: 'hidden' }), false)
    assert.equal(await preferences.unmark({ accountId: 1, modelId: 999, kind: 'favorite' }), false)
    const mark = { accountId: 1, modelId, kind: 'favorite' } as const
    await preferences.mark(mark)
    await database.write((transaction) => transaction.deleteFrom('model').where('id', '=', modelId).execute())
    assert.equal(await preferences.unmark(mark), true)
    assert.equal(await preferences.unmark(mark), false)
  }))
