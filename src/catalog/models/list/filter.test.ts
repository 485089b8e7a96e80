import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insertModel, insertModels } from '../../catalog.fixture.ts'
import { type ModelsFixture, withModels } from '../models.fixture.ts'
import type { ModelFilter } from './filter.ts'
import { asRecords } from './hydrate.fixture.ts'

const dayMs = 86_400_000

/** Each row says what a filter keeps of the models 1, 2, 3 that it is given, so that one that keeps all fails too. */
const examples: Record<
  string,
  { models: Parameters<typeof insertModels>[1]; filter: Partial<ModelFilter>; keeps: number[] }
> = {
  'ids keeps these models': { models: [{}, {}, {}], filter: { ids: [1, 3, 99] }, keeps: [1, 3] },
  'versionIds keeps the models of these versions': {
    models: [{}, { versions: [{}, {}] }, {}],
    filter: { versionIds: [3] },
    keeps: [2],
  },
  'tag is found in any letter case, and whole': {
    models: [{ tags: ['Anime', 'Girl'] }, { tags: ['anime'] }, { tags: ['anime girl'] }],
    filter: { tag: 'ANIME' },
    keeps: [1, 2],
  },
  'an unknown tag keeps nothing': { models: [{ tags: ['a'] }, {}], filter: { tag: 'b' }, keeps: [] },
  'types keeps any of several': {
    models: [{ type: 'LORA' }, { type: 'VAE' }, { type: 'Checkpoint' }],
    filter: { types: ['VAE', 'Checkpoint'] },
    keeps: [2, 3],
  },
  'baseModels keeps models with a published version of one': {
    models: [
      { versions: [{ base_model: 'Pony' }, { base_model: 'SD 1.5' }] },
      { versions: [{ base_model: 'Pony' }] },
      { versions: [{ base_model: 'Pony' }, { base_model: 'SD 1.5', status: 'Draft' }] },
    ],
    filter: { baseModels: ['SD 1.5', 'No such'] },
    keeps: [1],
  },
  'checkpointType says something of checkpoints only': {
    models: [
      { type: 'Checkpoint', checkpoint_type: 'Merge' },
      { type: 'Checkpoint', checkpoint_type: 'Trained' },
      { type: 'LORA' },
    ],
    filter: { checkpointType: 'Trained' },
    keeps: [2, 3],
  },
  'query looks into name, tags, creator and trained words, with every word as a prefix': {
    models: [
      { name: 'Watercolour landscapes' },
      { name: 'Other', tags: ['watercolor', 'land'], creator: 'ann' },
      { name: 'Other', tags: ['water'], versions: [{ trained_words: ['landing strip'] }] },
      { name: 'Water only' },
    ],
    filter: { query: 'water LAND' },
    keeps: [1, 2, 3],
  },
  'query finds a creator': { models: [{ creator: 'Zoë' }, { creator: 'ann' }], filter: { query: 'zoe' }, keeps: [1] },
  'a query of signs alone keeps nothing': { models: [{}], filter: { query: '"*()' }, keeps: [] },
  'levels keeps models that share one with it': {
    models: [
      { versions: [{ images: [{ nsfw_level: 1 }, { nsfw_level: 16 }] }] },
      { versions: [{ images: [{ nsfw_level: 4 }] }] },
      {},
      { nsfw: 1 },
    ],
    filter: { levels: 1 },
    keeps: [1, 3],
  },
  'fromPlatform keeps what was trained on the site': {
    models: [{ versions: [{ upload_type: 'Trained' }] }, {}],
    filter: { trainedOnSite: true },
    keeps: [1],
  },
  'allowNoCredit compares': { models: [{ allow_no_credit: 0 }, {}], filter: { allowNoCredit: false }, keeps: [1] },
  'allowDerivatives compares': {
    models: [{ allow_derivatives: 0 }, {}],
    filter: { allowDerivatives: true },
    keeps: [2],
  },
  'allowDifferentLicense compares': {
    models: [{ allow_different_license: 0 }, {}],
    filter: { allowDifferentLicense: true },
    keeps: [2],
  },
  'allowCommercialUse keeps any overlap': {
    models: [
      { allow_commercial_use: ['Image', 'Rent'] },
      { allow_commercial_use: ['RentCivit'] },
      { allow_commercial_use: [] },
    ],
    filter: { allowCommercialUse: ['Rent', 'Sell'] },
    keeps: [1],
  },
  'fileFormats keeps models with such a file': {
    models: [{ versions: [{ files: [{}, { format: 'GGUF' }] }] }, {}],
    filter: { fileFormats: ['GGUF', 'ONNX'] },
    keeps: [1],
  },
  'archived models are left out': { models: [{ mode: 'Archived' }, {}], filter: {}, keeps: [2] },
  'archived=true lets them in, and never what was taken down': {
    models: [{ mode: 'Archived' }, { mode: 'TakenDown' }, {}],
    filter: { archived: true },
    keeps: [1, 3],
  },
  'what was taken down is left out': { models: [{ mode: 'TakenDown' }, {}], filter: {}, keeps: [2] },
  'unlisted and private models are left out': {
    models: [{ versions: [{ files: [] }] }, { versions: [{ status: 'Draft' }] }, { availability: 'Private' }, {}],
    filter: {},
    keeps: [4],
  },
  'an empty list narrows nothing': { models: [{}, {}], filter: { types: [], ids: [] }, keeps: [1, 2] },
}

for (const [name, { models, filter, keeps }] of Object.entries(examples)) {
  test(name, () =>
    withModels(async ({ database, idsOf }) => {
      await insertModels(database, models)
      assert.deepEqual((await idsOf(filter)).sort(), keeps)
    }),
  )
}

test('creator keeps the models of one account, found in any letter case', () =>
  withModels(async ({ database, models, idsOf }) => {
    await insertModels(database, [{ creator: 'Ann' }, { creator: 'bob' }, { creator: '007' }])
    const creatorId = await models.creatorId(' aNN ')
    assert.deepEqual(await idsOf({ creatorId }), [1])
    assert.deepEqual(await idsOf({ creatorId: await models.creatorId('007') }), [3])
    assert.equal(await models.creatorId('nobody'), undefined)
  }))

test('period keeps models whose newest version is recent enough', () =>
  withModels(async ({ database, idsOf, now }) => {
    const ages = [0.5, 3, 20, 200, 500]
    await insertModels(
      database,
      ages.map((days) => ({ versions: [{ published_at: now - days * dayMs }], published_at: 0, created_at: 0 })),
    )
    assert.deepEqual(await idsOf({ period: 'Day' }), [1])
    assert.deepEqual(await idsOf({ period: 'Week' }), [1, 2])
    assert.deepEqual(await idsOf({ period: 'Month' }), [1, 2, 3])
    assert.deepEqual(await idsOf({ period: 'Year' }), [1, 2, 3, 4])
    assert.deepEqual(await idsOf({ period: 'AllTime' }), [1, 2, 3, 4, 5])
  }))

test('earlyAccess keeps models with a version whose early access still runs', () =>
  withModels(async ({ database, idsOf, now }) => {
    await insertModels(database, [
      { versions: [{ early_access_ends_at: now + 1000 }] },
      { versions: [{ early_access_ends_at: now - 1000 }] },
      {},
    ])
    assert.deepEqual(await idsOf({ earlyAccess: true }), [1])
  }))

test('favourites and hidden models are those of the account, and nobody else sees a difference', () =>
  withModels(async ({ database, idsOf }) => {
    await insertModels(database, [{}, {}, {}])
    await choose(database, [
      { account_id: 7, kind: 'favorite', model_id: 1 },
      { account_id: 7, kind: 'hidden', model_id: 2 },
      { account_id: 8, kind: 'favorite', model_id: 3 },
    ])
    assert.deepEqual(await idsOf({ favoritesOf: 7 }), [1])
    assert.deepEqual(await idsOf({ favoritesOf: 9 }), [])
    assert.deepEqual(await idsOf({ hiddenBy: 7 }), [2])
    assert.deepEqual(await idsOf({ notHiddenBy: 7 }), [3, 1])
    assert.deepEqual(await idsOf({ notHiddenBy: 8 }), [3, 2, 1])
  }))

test('filters together keep what all of them keep', () =>
  withModels(async ({ database, idsOf }) => {
    await insertModels(database, [
      { type: 'LORA', tags: ['a'], creator: 'ann' },
      { type: 'VAE', tags: ['a'], creator: 'ann' },
      { type: 'LORA', tags: ['b'], creator: 'ann' },
      { type: 'LORA', tags: ['a'], creator: 'bob' },
    ])
    assert.deepEqual(await idsOf({ types: ['LORA'], tag: 'a', creatorId: 2, query: 'model' }), [1])
  }))

test('baseModels narrows the versions of each model too', () =>
  withModels(async ({ database, models }) => {
    await insertModel(database, { versions: [{ base_model: 'Pony' }, { base_model: 'SD 1.5' }] })
    const page = await models.list({ levels: 1, baseModels: ['SD 1.5'] }, { sort: 'Newest', limit: 1 }, asRecords)
    assert.deepEqual(
      page.made[0]?.versions.map(({ base_model }) => base_model),
      ['SD 1.5'],
    )
  }))

test('images of other levels are left out of the versions, as are versions without files', () =>
  withModels(async ({ database, models }) => {
    await insertModel(database, {
      versions: [{ images: [{ nsfw_level: 1 }, { nsfw_level: 8 }, { nsfw_level: 2 }] }, { files: [] }],
    })
    const levelsOf = async (levels: number) => {
      const { made: found } = await models.list({ levels }, { sort: 'Newest', limit: 1 }, asRecords)
      return found[0]?.versions.map(({ images }) => images.map((image) => image.nsfw_level))
    }
    assert.deepEqual(await levelsOf(1), [[1]])
    assert.deepEqual(await levelsOf(3), [[1, 2]])
    assert.deepEqual(await levelsOf(31), [[1, 8, 2]])
    assert.equal((await models.byId(1))?.versions.length, 2, 'by its id a model shows them all')
  }))

test('a query of hundreds of words, or of what full text has as operators, is answered', () =>
  withModels(async ({ database, idsOf }) => {
    await insertModel(database, { name: 'near or not and' })
    assert.deepEqual(await idsOf({ query: 'NEAR OR NOT AND' }), [1])
    assert.deepEqual(await idsOf({ query: 'a '.repeat(250) }), [1])
    assert.deepEqual(await idsOf({ query: `n${'x '.repeat(249)}` }), [])
  }))

const choose = (
  database: ModelsFixture['database'],
  choices: { account_id: number; kind: 'favorite' | 'hidden'; model_id: number }[],
) =>
  database.write((transaction) =>
    transaction
      .insertInto('account_model')
      .values(choices.map((choice) => ({ ...choice, created_at: 0 })))
      .execute(),
  )
