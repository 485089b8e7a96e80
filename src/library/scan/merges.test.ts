import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insertCollection } from '../../catalog/collections.fixture.ts'
import { changeModelSettings, type ModelSettings } from '../../catalog/model-settings.ts'
import { openPreferences } from '../../catalog/preferences.ts'
import { openVaults } from '../../catalog/vault/open-vaults.ts'
import { civitaiInfo, type LibraryFixture, safetensors, withLibraryFolder } from '../library.fixture.ts'

/* What accounts and owners attached to models and versions that a scan makes one. */

const [ada, eve] = [101, 102]

interface Attached extends LibraryFixture {
  /** Returns the current model and version of a file. */
  idsOf(name: string): Promise<{ modelId: number; versionId: number }>
  favorite(accountId: number, name: string): Promise<void>
  hide(accountId: number, name: string): Promise<void>
  addToVault(accountId: number, name: string): Promise<void>
  /** Adds the models of files to a new collection and returns its id. */
  collect(...names: string[]): Promise<number>
  collected(collectionId: number): Promise<{ modelIds: number[]; count: number }>
  marked(kind: 'favorite' | 'hidden', accountId: number): Promise<number[]>
  inVault(accountId: number): Promise<[modelId: number, versionId: number][]>
}

const withAttachments = (run: (fixture: Attached) => Promise<void>) =>
  withLibraryFolder(async (fixture) => {
    const { database, rows } = fixture
    const preferences = openPreferences({ database, now: Date.now })
    const vaults = openVaults({ database, now: Date.now })
    const idsOf: Attached['idsOf'] = async (name) => {
      const [found] = await rows<{ modelId: number; versionId: number }>(
        `select model_version.model_id as modelId, model_version.id as versionId from file_place
          join model_file on model_file.id = file_place.file_id
          join model_version on model_version.id = model_file.version_id where file_place.path = '${name}.safetensors'`,
      )
      return found ?? assert.fail(`${name} is in no version`)
    }
    const mark = async (kind: 'favorite' | 'hidden', accountId: number, name: string) => {
      const { modelId } = await idsOf(name)
      assert.equal(await preferences.mark({ kind, accountId, modelId }), true)
    }
    await run({
      ...fixture,
      idsOf,
      favorite: (accountId, name) => mark('favorite', accountId, name),
      hide: (accountId, name) => mark('hidden', accountId, name),
      async addToVault(accountId, name) {
        const { versionId } = await idsOf(name)
        assert.equal((await vaults.toggle({ accountId, versionId })).kind, 'added')
      },
      async collect(...names) {
        const id = await insertCollection(database, { item_count: names.length })
        for (const name of names) {
          const item = { collection_id: id, model_id: (await idsOf(name)).modelId, added_at: 1 }
          await database.write((transaction) => transaction.insertInto('collection_item').values(item).execute())
        }
        return id
      },
      async collected(collectionId) {
        const items = await rows<{ model_id: number }>(
          `select model_id from collection_item where collection_id = ${collectionId} order by model_id`,
        )
        const [collection] = await rows<{ count: number }>(
          `select item_count as count from collection where id = ${collectionId}`,
        )
        return { modelIds: items.map(({ model_id }) => model_id), count: collection?.count ?? -1 }
      },
      marked: (kind, accountId) => preferences.marked({ kind, accountId }),
      async inVault(accountId) {
        const listing = { accountId, created: {}, added: {}, sort: 'Recently Added', limit: 60, offset: 0 } as const
        const { items } = await vaults.list(listing)
        return items.map(({ modelId, versionId }): [number, number] => [modelId, versionId]).sort((a, b) => a[1] - b[1])
      },
    })
  })

const names = ['fox', 'owl', 'elk'] as const
const putModels = async ({ put, scan }: Attached) => {
  for (const name of names) await put(`${name}.safetensors`, safetensors(name))
  assert.equal((await scan()).added, names.length)
}
/** Writes a sidecar that names this version next to a file. */
const putInfo = ({ put }: Attached, name: string, ids: { modelId: number; versionId: number }) =>
  put(`${name}.civitai.info`, civitaiInfo(ids, safetensors(name)))

test('models that a scan merges keep the favorites, hidden marks and collections of both', () =>
  withAttachments(async (fixture) => {
    await putModels(fixture)
    const before = await fixture.idsOf('elk')
    assert.notEqual((await fixture.idsOf('fox')).modelId, (await fixture.idsOf('owl')).modelId)
    for (const name of ['fox', 'owl', 'elk']) await fixture.favorite(ada, name)
    await fixture.favorite(eve, 'owl')
    await fixture.hide(eve, 'fox')
    const [both, one, other] = [
      await fixture.collect('fox', 'elk', 'owl'),
      await fixture.collect('owl'),
      await fixture.collect('elk'),
    ]
    await putInfo(fixture, 'fox', { modelId: 7, versionId: 70 })
    await putInfo(fixture, 'owl', { modelId: 7, versionId: 71 })
    await fixture.scan()

    assert.deepEqual(await fixture.idsOf('fox'), { modelId: 7, versionId: 70 })
    assert.deepEqual(await fixture.idsOf('owl'), { modelId: 7, versionId: 71 })
    assert.deepEqual(await fixture.idsOf('elk'), before)
    assert.deepEqual(new Set(await fixture.marked('favorite', ada)), new Set([7, before.modelId]))
    assert.deepEqual(await fixture.marked('favorite', eve), [7])
    assert.deepEqual(await fixture.marked('hidden', eve), [7])
    assert.deepEqual(await fixture.marked('hidden', ada), [])
    assert.deepEqual(await fixture.collected(both), { modelIds: [7, before.modelId], count: 2 })
    assert.deepEqual(await fixture.collected(one), { modelIds: [7], count: 1 })
    assert.deepEqual(await fixture.collected(other), { modelIds: [before.modelId], count: 1 })
    const [{ thumbs } = {}] = await fixture.rows('select thumbs_up_count as thumbs from model where id = 7')
    assert.equal(thumbs, 2, 'each account that has one of them as a favorite counts once')
  }))

test('vault items move with versions whose models merge, and items of two merged versions become one', () =>
  withAttachments(async (fixture) => {
    await putModels(fixture)
    for (const name of names) await fixture.addToVault(ada, name)
    await fixture.addToVault(eve, 'owl')
    const elk = await fixture.idsOf('elk')

    await putInfo(fixture, 'fox', { modelId: 7, versionId: 70 })
    await putInfo(fixture, 'owl', { modelId: 7, versionId: 71 })
    await fixture.scan()
    const untouched: [number, number] = [elk.modelId, elk.versionId]
    assert.deepEqual(await fixture.inVault(ada), [[7, 70], [7, 71], untouched])
    assert.deepEqual(await fixture.inVault(eve), [[7, 71]])

    await putInfo(fixture, 'owl', { modelId: 7, versionId: 70 })
    await fixture.scan()
    assert.deepEqual(await fixture.idsOf('owl'), { modelId: 7, versionId: 70 })
    assert.deepEqual(await fixture.inVault(ada), [[7, 70], untouched])
    assert.deepEqual(await fixture.inVault(eve), [[7, 70]])
  }))

test("the owner's settings move when a scan merges models: the stricter of two settings wins", async () => {
  const cases: {
    fox?: ModelSettings
    owl?: ModelSettings
    expected: { login_only: number; downloads_disabled: number }
  }[] = [
    { fox: { loginOnly: true }, expected: { login_only: 1, downloads_disabled: 0 } },
    { owl: { loginOnly: true }, expected: { login_only: 1, downloads_disabled: 0 } },
    { owl: { loginOnly: false }, expected: { login_only: 0, downloads_disabled: 0 } },
    { owl: { loginOnly: false, downloads: false }, expected: { login_only: 0, downloads_disabled: 1 } },
    { fox: { loginOnly: true }, owl: { loginOnly: false }, expected: { login_only: 1, downloads_disabled: 0 } },
    {
      fox: { loginOnly: true, downloads: true },
      owl: { loginOnly: false, downloads: false },
      expected: { login_only: 1, downloads_disabled: 1 },
    },
  ]
  for (const { fox, owl, expected } of cases)
    await withAttachments(async (fixture) => {
      await putModels(fixture)
      for (const [name, settings] of Object.entries({ fox, owl }))
        if (settings) await changeModelSettings(fixture.database, (await fixture.idsOf(name)).modelId, settings)
      await putInfo(fixture, 'fox', { modelId: 7, versionId: 70 })
      await putInfo(fixture, 'owl', { modelId: 7, versionId: 71 })
      await fixture.scan()
      assert.deepEqual(await fixture.rows('select login_only, downloads_disabled from model where id = 7'), [expected])
    })
})
