import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openVaults } from '../catalog/vault/open-vaults.ts'
import { type LibraryFixture, withLibrary } from '../hub/library.fixture.ts'
import { checkVault, getVault, listVaultItems, toggleVaultVersion } from './vault.ts'

const endpoints = [getVault, listVaultItems, checkVault, toggleVaultVersion]

type Hub = LibraryFixture & {
  me: number
  ask(target: string, init?: RequestInit & { caller?: number | string }): Promise<{ status: number; body: unknown }>
}

const withHub = (run: (hub: Hub) => Promise<void>) =>
  withLibrary(
    { endpoints, more: async ({ database }) => ({ vaults: openVaults({ database, now: Date.now }) }) },
    async (library) => {
      const me = await library.addAccount()
      await run({
        ...library,
        me,
        async ask(target, { caller = me, ...init } = {}) {
          const authorization = { authorization: `Bearer ${caller}` }
          const answer = await library.request(`/api/v1/vault/${target}`, { headers: authorization, ...init })
          assert.equal(answer.headers.get('cache-control'), 'private, no-store')
          return { status: answer.status, body: await answer.json() }
        },
      })
    },
  )

type Page = {
  items: Record<string, unknown>[]
  totalItems: number
  currentPage: number
  pageSize: number
  totalPages: number
}
const toggle = (versionId: number | undefined) => `toggle-version?modelVersionId=${versionId}`
const post = { method: 'POST' }

test('a version goes into the vault with all its fields, and comes out again', () =>
  withHub(async ({ ask, addModel, origin, me }) => {
    const { versions, id: modelId } = await addModel({
      name: 'Fox',
      creator: '007',
      tags: ['character'],
      versions: [{ created_at: 5, files: [{ id: 60, size_bytes: 1536 }], images: [{ id: 80, extension: 'webp' }] }],
    })
    const versionId = versions[0]?.id
    const added = await ask(toggle(versionId), post)
    assert.deepEqual(added, { status: 200, body: { success: true, vaultId: 1 } })
    const { body } = await ask('all')
    assert.deepEqual(listVaultItems.reply?.parse(body), body, 'nothing beyond the schema')
    const { items, ...counts } = body as Page
    assert.deepEqual(counts, { totalItems: 1, currentPage: 1, pageSize: 60, totalPages: 1 })
    const { addedAt, coverImageUrl, creatorId, ...rest } = items[0] ?? {}
    assert.ok(Date.parse(String(addedAt)) > Date.UTC(2020, 0))
    assert.match(String(coverImageUrl), new RegExp(`^${origin}/media/[0-9a-f-]+/width=450/80\\.webp$`))
    assert.equal(Number.isInteger(creatorId), true)
    assert.deepEqual(rest, {
      id: 1,
      vaultId: me,
      status: 'Stored',
      modelVersionId: versionId,
      modelId,
      modelName: 'Fox',
      versionName: 'v1.0',
      creatorName: '007',
      type: 'LORA',
      baseModel: 'SDXL 1.0',
      category: 'character',
      modelSizeKb: 2,
      detailsSizeKb: 0,
      imagesSizeKb: 10,
      createdAt: '1970-01-01T00:00:00.005Z',
      refreshedAt: null,
      notes: null,
      meta: { failures: 0 },
      files: [
        {
          id: 60,
          sizeKB: 1.5,
          displayName: 'file-60.safetensors',
          url: `${origin}/api/download/models/${versionId}?fileId=60`,
        },
      ],
    })
    const checked = await ask(`check-vault?modelVersionIds=${versionId}`)
    assert.deepEqual(checked.body, [{ modelVersionId: versionId, vaultItem: items[0] }])
    assert.deepEqual(await ask(toggle(versionId), post), { status: 200, body: { success: true } })
    assert.deepEqual((await ask('all')).body, { ...counts, items: [], totalItems: 0, totalPages: 0 })
  }))

test('a vault tells what it holds; without a limit there is always as much room as 32 bits can say', () =>
  withHub(async ({ ask, addModel, me }) => {
    const { vault } = (await ask('get')).body as { vault: Record<string, unknown> }
    const { updatedAt, ...empty } = vault
    assert.deepEqual(empty, { userId: me, storageKb: 2 ** 31 - 1, usedStorageKb: 0, meta: {} })
    assert.match(String(updatedAt), /^\d{4}-.*Z$/)
    const used = 3 * 1024 ** 3
    const { versions } = await addModel({ versions: [{ files: [{ size_bytes: used * 1024 }] }] })
    await ask(toggle(versions[0]?.id), post)
    const { body } = await ask('get')
    assert.deepEqual(getVault.reply?.parse(body), body)
    const full = (body as { vault: Record<string, unknown> }).vault
    assert.deepEqual([full.usedStorageKb, full.storageKb], [used, used])
  }))

test('check-vault answers in the order of the request, for nothing with nothing, and 400 for what are no ids', () =>
  withHub(async ({ ask, addModel }) => {
    const { versions } = await addModel({ versions: [{ id: 10 }, { id: 20 }] })
    assert.equal(versions.length, 2)
    await ask(toggle(20), post)
    const kept = async (query: string) =>
      ((await ask(`check-vault${query}`)).body as { modelVersionId: number; vaultItem: object | null }[]).map(
        ({ modelVersionId, vaultItem }) => [modelVersionId, vaultItem !== null],
      )
    assert.deepEqual(await kept('?modelVersionIds=20,10,999'), [
      [20, true],
      [10, false],
      [999, false],
    ])
    assert.deepEqual(await kept('?modelVersionIds=10&modelVersionIds=20'), [
      [10, false],
      [20, true],
    ])
    assert.deepEqual(await kept(''), [])
    assert.deepEqual(await kept('?modelVersionIds='), [])
    for (const wrong of ['abc', '1,x', '-1', '1.5', '2147483648', '__proto__', Array(1001).fill(1).join()])
      assert.deepEqual(await ask(`check-vault?modelVersionIds=${wrong}`), {
        status: 400,
        body: { error: 'Could not parse provided model versions array.' },
      })
  }))

test('toggle-version: 404 for a version that is not there, 400 for what is no id', () =>
  withHub(async ({ ask }) => {
    assert.deepEqual(await ask(toggle(999), post), { status: 404, body: { error: 'Model not found' } })
    for (const wrong of [
      '',
      '?modelVersionId=',
      '?modelVersionId=abc',
      '?modelVersionId=0',
      '?modelVersionId=2147483648',
    ])
      assert.deepEqual(await ask(`toggle-version${wrong}`, post), {
        status: 400,
        body: { error: 'Could not parse provided model version' },
      })
  }))

test('pages and every parameter of the list', () =>
  withHub(async ({ ask, addModel }) => {
    for (const [name, type, base_model, tag, created_at] of [
      ['Ant', 'LORA', 'Pony', 'style', '2026-01-01T23:59:59.999Z'],
      ['Bee', 'VAE', 'Pony', 'concept', '2026-01-02T12:00:00.000Z'],
      ['Cat', 'LORA', 'SD 1.5', 'style', '2026-01-03T00:00:00.000Z'],
    ] as const) {
      const versions = [{ base_model, created_at: Date.parse(created_at) }]
      const model = await addModel({ name, type, tags: [tag], versions })
      await ask(toggle(model.versions[0]?.id), post)
    }
    const list = async (query: string) => {
      const { status, body } = await ask(`all?sort=Model%20Name&${query}`)
      assert.equal(status, 200, query)
      const { items, ...counts } = body as Page
      return { names: items.map(({ modelName }) => modelName).join(' '), ...counts }
    }
    const names = async (query: string) => (await list(query)).names
    const second = { totalItems: 3, currentPage: 2, pageSize: 2, totalPages: 2 }
    assert.deepEqual(await list('limit=2&page=2'), { names: 'Cat', ...second })
    assert.deepEqual(await list('limit=2&page=0'), { names: 'Ant Bee', ...second, currentPage: 1 })
    assert.equal(await names('page=2147483647&limit=200'), '')
    assert.equal(await names('sort='), 'Ant Bee Cat')
    assert.equal(await names('query=AT'), 'Cat')
    assert.equal(await names('types=VAE'), 'Bee')
    assert.equal(await names('types=VAE,LORA'), 'Ant Bee Cat')
    assert.equal(await names('categories=style&baseModels=Pony'), 'Ant')
    assert.equal(await names('baseModels=Pony&baseModels=SD%201.5'), 'Ant Bee Cat')
    assert.equal(await names('dateCreatedFrom=2026-01-02'), 'Bee Cat')
    assert.equal(await names('dateCreatedTo=2026-01-02'), 'Ant Bee')
    assert.equal(await names('dateCreatedFrom=2026-01-01T23:59:59.999Z&dateCreatedTo=2026-01-02T12:00:00'), 'Ant Bee')
    assert.equal(await names('dateCreatedFrom=2026-01-03T01:00:00%2B01:00'), 'Cat')
    assert.equal(await names('dateAddedFrom=2026-01-01'), 'Ant Bee Cat')
    assert.equal(await names('dateAddedTo=2026-01-01'), '')
    for (const wrong of [
      'limit=0',
      'limit=201',
      'limit=abc',
      'page=-1',
      'page=2147483648',
      'sort=Nope',
      'types=Nope',
      'dateAddedTo=2026-02-30',
      'dateAddedTo=yesterday',
      'dateCreatedFrom=1',
      'dateCreatedFrom=2026-13-01',
    ])
      assert.equal((await ask(`all?${wrong}`)).status, 400, wrong)
  }))

for (const { method, path, scope } of endpoints) {
  test(`${method} ${path}: 401 without an account, 403 without ${scope}, 405 for other methods`, () =>
    withHub(async ({ ask, request, me }) => {
      const target = path.replace('/api/v1/vault/', '')
      const unauthorized = { status: 401, body: { error: 'Unauthorized' } }
      assert.deepEqual(await ask(target, { method, headers: {} }), unauthorized)
      assert.deepEqual(await ask(target, { method, caller: 'nobody' }), unauthorized)
      assert.deepEqual(await ask(target, { method, caller: `${me}:UserRead` }), {
        status: 403,
        body: { error: 'insufficient_scope', error_description: `Token does not have ${scope} scope` },
      })
      const allowed = await ask(target, { method, caller: `${me}:${scope}` })
      assert.equal(allowed.status, method === 'POST' ? 400 : 200)
      const other = await request(path, { method: 'DELETE' })
      assert.deepEqual(
        [other.status, other.headers.get('allow')],
        [405, method === 'POST' ? 'POST, OPTIONS' : 'GET, HEAD, OPTIONS'],
      )
      const head = await request(path, { method: 'HEAD', headers: { authorization: `Bearer ${me}` } })
      assert.deepEqual([head.status, await head.text()], [method === 'POST' ? 405 : 200, ''])
    }))
}

test('nobody sees into the vault of another', () =>
  withHub(async ({ ask, addModel, addAccount }) => {
    const { versions } = await addModel({})
    const id = versions[0]?.id
    await ask(toggle(id), post)
    const other = await addAccount()
    assert.equal(((await ask('all', { caller: other })).body as Page).totalItems, 0)
    assert.deepEqual((await ask(`check-vault?modelVersionIds=${id}`, { caller: other })).body, [
      { modelVersionId: id, vaultItem: null },
    ])
  }))
