import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { z } from 'zod'
import { eventually } from '../eventually.ts'
import { Collection, CollectionList, Vault, VaultItem, VaultItems } from './account-shapes.ts'
import { assertRefused, read, startHub } from './hub.ts'
import { idsOfKind, kinds, night, tidal } from './library.ts'
import { UserList } from './shapes.ts'

const hub = await startHub({ accounts: ['ada', 'adamant', 'bob'] })
after(() => hub.close())
const [token, tokenOfBob, bare] = await Promise.all([
  hub.createToken('ada'),
  hub.createToken('bob'),
  hub.createToken('bob', '--name', 'bare', '--scope', 'UserRead'),
])
const toggle = (versionId: number | string, by = token) =>
  hub.ask(`/api/v1/vault/toggle-version?modelVersionId=${versionId}`, { method: 'POST', token: by })
const vaultOf = async (by: string) => read(await hub.ask('/api/v1/vault/get', { token: by }), Vault).vault
const itemsOf = async (query = '', by = token) =>
  read(await hub.ask(`/api/v1/vault/all?${query}`, { token: by }), VaultItems)

test('99. a version goes into a vault and out again, and stays in it when the library drops it', async () => {
  const Toggled = z.strictObject({ success: z.literal(true), vaultId: z.int().optional() })
  const checked = async (...ids: number[]) => {
    const answer = await hub.ask(`/api/v1/vault/check-vault?modelVersionIds=${ids.join()}`, { token })
    return read(answer, z.array(z.object({ modelVersionId: z.int(), vaultItem: VaultItem.nullable() })))
  }
  const kept = idsOfKind(16)
  assert.equal((await vaultOf(token)).usedStorageKb, 0)
  assert.deepEqual(await checked(tidal.versionId), [{ modelVersionId: tidal.versionId, vaultItem: null }])
  assert.equal(typeof read(await toggle(tidal.versionId), Toggled).vaultId, 'number')
  read(await toggle(kept.versionId), Toggled)

  const { items, ...counts } = await itemsOf()
  assert.deepEqual(counts, { totalItems: 2, currentPage: 1, pageSize: 60, totalPages: 1 })
  const item = items.find(({ modelVersionId }) => modelVersionId === tidal.versionId)
  assert.deepEqual([item?.modelName, item?.versionName, item?.creatorName], [tidal.name, 'v2.0', tidal.creator])
  assert.deepEqual(item?.files.map(({ displayName }) => displayName).sort(), [
    'tidal_v2.safetensors',
    'tidal_v2.vae.safetensors',
    'tidal_v2.yaml',
    'tidal_v2_full.safetensors',
  ])
  assert.deepEqual(await checked(night.versionId, tidal.versionId), [
    { modelVersionId: night.versionId, vaultItem: null },
    { modelVersionId: tidal.versionId, vaultItem: item },
  ])
  assert.ok((await vaultOf(token)).usedStorageKb > 0)
  assert.deepEqual(
    (await itemsOf('types=Wildcards')).items.map(({ modelId }) => modelId),
    [kept.modelId],
  )
  assert.deepEqual((await itemsOf('query=tidal')).items, [item])
  assert.deepEqual((await itemsOf('limit=1&page=2&sort=Model%20Name')).items, [item])
  assert.equal((await itemsOf('', tokenOfBob)).totalItems, 0, 'a vault is its account’s alone')

  assert.deepEqual(read(await toggle(tidal.versionId), Toggled), { success: true })
  assert.equal((await itemsOf()).totalItems, 1)
  for (const suffix of ['.safetensors', '.civitai.info'])
    await rm(join(hub.folder, 'kinds', `${kinds[16]?.[0]}${suffix}`))
  await eventually(
    async () => (await hub.ask(`/api/v1/model-versions/${kept.versionId}`)).status === 404,
    'a version whose file is gone leaves the catalog',
  )
  assert.equal((await itemsOf()).items[0]?.modelVersionId, kept.versionId)
  read(await toggle(kept.versionId), Toggled)
  assert.equal((await itemsOf()).totalItems, 0)
  assert.equal((await toggle(999_999_999)).status, 404)
  assert.equal((await toggle('abc')).status, 400)
})

test('100. permissions are told for each version, and what is no list is refused in these words', async () => {
  const check = (query: string) => hub.ask(`/api/v1/permissions/check?${query}`)
  const permissions = read(
    await check(`entityIds=${tidal.versionId},5&permission=Generate`),
    z.record(z.string(), z.boolean()),
  )
  assert.deepEqual(Object.keys(permissions).sort(), ['5', String(tidal.versionId)])
  for (const query of ['', 'entityIds=']) assert.deepEqual(read(await check(query), z.array(z.unknown())), [])
  for (const query of ['entityIds=abc', 'entityIds=1,x'])
    assertRefused(await check(query), 400, { error: 'Could not parse provided model versions array.' })
})

test('100. users are found by ids and by how their names begin, the shortest first', async () => {
  const users = async (query: string, by: string | undefined = token) =>
    read(await hub.ask(`/api/v1/users?${query}`, by === '' ? {} : { token: by }), UserList).items
  assert.deepEqual(
    (await users('query=ada')).map(({ username }) => username),
    ['ada', 'adamant'],
  )
  assert.deepEqual(
    (await users('query=ADA')).map(({ username }) => username),
    ['ada', 'adamant'],
  )
  const [ada] = await users('query=ada')
  assert.deepEqual(await users(`ids=${ada?.id}`), [ada])
  assert.deepEqual(await users(`ids=${ada?.id}`, bare), [ada], 'UserRead is enough')
  for (const query of ['query=ada', `ids=${ada?.id}`]) assert.deepEqual(await users(query, ''), [], 'anonymous callers')
  assert.deepEqual(
    (await users('query=twi', '')).map(({ username }) => username),
    ['twice'],
  )
  assert.ok((await users('')).length <= 5)
  for (const ids of ['a', '1,b', '1.5']) assert.equal((await hub.ask(`/api/v1/users?ids=${ids}`)).status, 400)
})

test('100. a public collection is listed and shown, and a private one is as if it were not there', async () => {
  // Nothing makes collections but the hub's own pages, so these are written as those write them.
  const [ada] = hub.rows('select id from account where username = ?', 'ada')
  const add = (name: string, readBy: string) =>
    hub.change(
      `insert into collection (account_id, name, name_key, type, read, nsfw_level, item_count, follower_count, created_at)
       values (?, ?, ?, 'Model', ?, 1, 0, 0, ?)`,
      Number(ada?.id),
      name,
      name.toLowerCase(),
      readBy,
      Date.now(),
    )
  for (const name of ['Shore', 'Cliffs', 'Dunes']) add(name, 'Public')
  add('Cellar', 'Private')
  await eventually(async () => {
    const { items } = read(await hub.ask('/api/v1/collections?unused=1'), CollectionList)
    return items.length === 3
  }, 'collections are listed')
  const { items } = read(await hub.ask('/api/v1/collections?limit=2'), CollectionList)
  assert.equal(items.length, 2)
  const [shore] = read(await hub.ask('/api/v1/collections?query=shore'), CollectionList).items
  assert.deepEqual([shore?.name, shore?.user.username], ['Shore', 'ada'])
  assert.deepEqual(read(await hub.ask(`/api/v1/collections/${shore?.id}`), Collection), shore)
  assert.deepEqual([shore?.coverImage, shore?.mode], [null, null])
  const [cellar] = hub.rows("select id from collection where name = 'Cellar'")
  for (const asked of [{}, { token: tokenOfBob }])
    assertRefused(await hub.ask(`/api/v1/collections/${cellar?.id}`, asked), 404, {
      error: `No collection with id ${cellar?.id}`,
    })
})

test('54. the cursor of a list of collections is an integer, and absent at the end', async () => {
  for (const sort of ['Newest', 'Most%20Followers']) {
    const met: string[] = []
    let target = `/api/v1/collections?limit=1&sort=${sort}`
    for (let pages = 0; target !== '' && pages < 9; pages++) {
      const { items, metadata } = read(await hub.ask(target), CollectionList)
      met.push(...items.map(({ name }) => name))
      target = metadata.nextPage ?? ''
      assert.equal(target === '', metadata.nextCursor === undefined)
      if (target !== '') assert.ok(target.endsWith(`&cursor=${metadata.nextCursor}`), target)
    }
    assert.deepEqual(met, ['Dunes', 'Cliffs', 'Shore'], sort)
    for (const cursor of ['nonsense', '0', '-1', '1.5', '9007199254740992'])
      assert.equal((await hub.ask(`/api/v1/collections?sort=${sort}&cursor=${cursor}`)).status, 400, cursor)
  }
})

test('100. the enumerations are lists of words in the letters that clients match', async () => {
  const words = z.array(z.string()).min(4)
  const Enums = z.strictObject({
    ModelType: words,
    ModelFileType: words,
    ActiveBaseModel: words,
    BaseModel: words,
    BaseModelType: words,
  })
  const enums = read(await hub.ask('/api/v1/enums'), Enums)
  assert.deepEqual([enums.ModelType.length, enums.ModelFileType.length], [23, 17])
  for (const [type, baseModel] of kinds) {
    assert.ok(enums.ModelType.includes(type), type)
    assert.ok(enums.BaseModel.includes(baseModel), baseModel)
  }
  assert.ok(enums.ActiveBaseModel.every((name) => enums.BaseModel.includes(name)))
  assert.deepEqual(enums.BaseModelType, ['Standard', 'Inpainting', 'Refiner', 'Pix2Pix'])
})

test('101. a scope that is missing is named where an account is needed, and makes the caller nobody elsewhere', async () => {
  const needed: [string, string, string][] = [
    ['GET', '/api/v1/vault/get', 'VaultRead'],
    ['GET', '/api/v1/vault/all', 'VaultRead'],
    ['POST', `/api/v1/vault/toggle-version?modelVersionId=${tidal.versionId}`, 'VaultWrite'],
    ['GET', '/api/v1/models?favorites=true', 'CollectionsRead'],
    ['GET', '/api/v1/models?hidden=true', 'CollectionsRead'],
    ['PUT', `/api/v1/me/favorites/${tidal.modelId}`, 'CollectionsWrite'],
    ['PUT', `/api/v1/me/hidden/${tidal.modelId}`, 'CollectionsWrite'],
  ]
  for (const [method, target, scope] of needed)
    assertRefused(await hub.ask(target, { method, token: bare }), 403, {
      error: 'insufficient_scope',
      error_description: `Token does not have ${scope} scope`,
    })
  const hidden = idsOfKind(5).modelId
  assert.equal((await hub.ask(`/api/v1/me/hidden/${hidden}`, { method: 'PUT', token: tokenOfBob })).status, 200)
  for (const target of [
    '/api/v1/models',
    `/api/v1/models/${tidal.modelId}`,
    `/api/v1/model-versions/${tidal.versionId}`,
    '/api/v1/images',
    '/api/v1/creators',
    '/api/v1/tags',
    '/api/v1/enums',
    '/api/v1/collections',
  ]) {
    const [anonymous, limited] = [await hub.ask(target), await hub.ask(target, { token: bare })]
    assert.deepEqual([limited.status, limited.body], [200, anonymous.body], target)
  }
  assert.notDeepEqual(
    (await hub.ask('/api/v1/models', { token: tokenOfBob })).body,
    (await hub.ask('/api/v1/models')).body,
  )
  await hub.command('model', 'set', String(tidal.modelId), '--login', 'yes')
  const download = `/api/download/models/${tidal.versionId}`
  assert.equal((await hub.ask(download, { token: bare })).status, 401)
  assert.equal((await hub.ask(download, { token: tokenOfBob })).status, 307)
  assert.equal((await hub.ask('/api/v1/me', { token: bare })).status, 200)
})
