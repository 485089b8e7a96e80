import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openImages } from '../catalog/images/list-images.ts'
import { openModels } from '../catalog/models/open-models.ts'
import { openPreferences } from '../catalog/preferences.ts'
import { openTags } from '../catalog/tags.ts'
import { openUsedBaseModels } from '../catalog/used-base-models.ts'
import { openVaults } from '../catalog/vault/open-vaults.ts'
import { type LibraryFixture, withLibrary } from '../hub/library.fixture.ts'
import { getBaseModelSources } from './base-model-sources.ts'
import { download, fileBytes } from './downloads.ts'
import { listImages } from './images.ts'
import { getModelSources } from './model-sources.ts'
import { getMiniModelVersion, getModelVersion } from './model-versions.ts'
import { getModel, listModels } from './models.ts'
import { addFavorite, hideModel, listFavorites, listHidden } from './preferences.ts'
import { checkVault, toggleVaultVersion } from './vault.ts'

/* Ids that were replaced, because rows became one or got the ids of the site, stand for their successors everywhere. */

const endpoints = [
  getModel,
  listModels,
  getModelSources,
  getModelVersion,
  getMiniModelVersion,
  getBaseModelSources,
  listImages,
  download,
  fileBytes,
  addFavorite,
  hideModel,
  listFavorites,
  listHidden,
  checkVault,
  toggleVaultVersion,
]
const old = { model: 1_000_000_001, version: 1_000_000_002, file: 1_000_000_003 }

const withReplaced = (
  run: (hub: LibraryFixture & { json(target: string, init?: RequestInit): Promise<unknown> }) => Promise<void>,
) =>
  withLibrary(
    {
      endpoints,
      more: async ({ database }) => ({
        models: openModels({ database, now: Date.now }),
        images: openImages({ database, now: Date.now }),
        tags: openTags(database),
        usedBaseModels: openUsedBaseModels(database),
        preferences: openPreferences({ database, now: Date.now }),
        vaults: openVaults({ database, now: Date.now }),
      }),
    },
    async (library) => {
      const [first, second] = [
        await library.putFile('fox.safetensors', Buffer.alloc(100, 1)),
        await library.putFile('fox.ckpt', Buffer.alloc(100, 2)),
      ]
      await library.addModel({
        id: 12,
        name: 'Fox',
        type: 'LORA',
        versions: [{ id: 34, base_model: 'Pony', files: [first, second], images: [{ id: 78 }] }],
      })
      await library.addModel({ id: 13, versions: [{ id: 35, images: [{ id: 79 }] }] })
      await library.database.write((transaction) =>
        transaction
          .insertInto('id_alias')
          .values([
            { kind: 'model', old_id: old.model, new_id: 12 },
            { kind: 'model_version', old_id: old.version, new_id: 34 },
            { kind: 'model_file', old_id: old.file, new_id: second.id },
          ])
          .execute(),
      )
      await run({
        ...library,
        async json(target, init) {
          const response = await library.request(target, init)
          const body: unknown = await response.json()
          assert.equal(response.status, 200, `${target}: ${JSON.stringify(body)}`)
          return body
        },
      })
    },
  )

test('what is read by a replaced id is what is read by the one that took its place', () =>
  withReplaced(async ({ json }) => {
    for (const [before, now] of [
      [`models/${old.model}`, 'models/12'],
      [`models/${old.model}/sources`, 'models/12/sources'],
      [`model-versions/${old.version}`, 'model-versions/34'],
      [`model-versions/mini/${old.version}`, 'model-versions/mini/34'],
      [`model-versions/${old.version}/base-model`, 'model-versions/34/base-model'],
    ])
      assert.deepEqual(await json(`/api/v1/${before}`), await json(`/api/v1/${now}`), before)
    const { air } = (await json(`/api/v1/model-versions/${old.version}`)) as { air: string }
    assert.equal(air, 'urn:air:sdxl:lora:civitai:12@34')
    const idsOf = async (target: string) =>
      ((await json(`/api/v1/${target}`)) as { items: { id: number }[] }).items.map(({ id }) => id)
    assert.deepEqual(await idsOf(`models?ids=${old.model}`), [12])
    assert.deepEqual(await idsOf(`images?modelId=${old.model}`), [78])
    assert.deepEqual(await idsOf(`images?modelVersionId=${old.version}`), [78])
  }))

test('a replaced file id names its successor in mini versions and in downloads', () =>
  withReplaced(async ({ json, request }) => {
    const mini = async (query: string) =>
      ((await json(`/api/v1/model-versions/mini/34${query}`)) as { downloadUrls: string[] }).downloadUrls
    assert.deepEqual(await mini(`?modelFileId=${old.file}`), await mini('?modelFileId=5002'))
    assert.notDeepEqual(await mini(`?modelFileId=${old.file}`), await mini(''))
    assert.equal((await request(`/api/v1/model-versions/mini/35?modelFileId=${old.file}`)).status, 404)
    const bytesOf = async (target: string) => {
      const { headers } = await request(`/api/download/models/${target}`)
      return Buffer.from(await (await request(headers.get('location') ?? '')).arrayBuffer())
    }
    assert.deepEqual(await bytesOf(`${old.version}`), await bytesOf('34'))
    assert.equal((await bytesOf(`34?fileId=${old.file}`))[0], 2)
  }))

test('marks and the vault take replaced ids', () =>
  withReplaced(async ({ json, addAccount }) => {
    const headers = { authorization: `Bearer ${await addAccount()}` }
    const write = (method: string, target: string) => json(`/api/v1/${target}`, { method, headers })
    const read = (target: string) => json(`/api/v1/${target}`, { headers })
    await write('PUT', `me/favorites/${old.model}`)
    await write('PUT', `me/hidden/${old.model}`)
    assert.deepEqual(await read('me/favorites'), { modelIds: [12] })
    assert.deepEqual(await read('me/hidden'), { modelIds: [12] })
    await write('POST', `vault/toggle-version?modelVersionId=${old.version}`)
    const checked = (await read(`vault/check-vault?modelVersionIds=${old.version},34,35`)) as {
      modelVersionId: number
      vaultItem: { modelVersionId: number } | null
    }[]
    assert.deepEqual(
      checked.map(({ modelVersionId, vaultItem }) => [modelVersionId, vaultItem?.modelVersionId]),
      [
        [old.version, 34],
        [34, 34],
        [35, undefined],
      ],
    )
    await write('POST', `vault/toggle-version?modelVersionId=${old.version}`)
    const [after] = (await read('vault/check-vault?modelVersionIds=34')) as { vaultItem: unknown }[]
    assert.equal(after?.vaultItem, null)
  }))
