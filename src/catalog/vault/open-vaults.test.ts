import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../db/database.ts'
import { insertModel, type ModelFixture } from '../catalog.fixture.ts'
import { withModels } from '../models/models.fixture.ts'
import type { VaultRequest } from './list-items.ts'
import { openVaults, type Vaults } from './open-vaults.ts'

const accountId = 77

const withVaults = (
  run: (fixture: {
    database: Database
    vaults: Vaults
    clock: { now: number }
    /** Makes a model and puts its newest version into the vault, a minute after the one before; gives the version's id. */
    keep(model?: ModelFixture): Promise<number>
    list(request?: Partial<VaultRequest>): Promise<{ versions: number[]; totalItems: number }>
  }) => Promise<void>,
) =>
  withModels(async ({ database, now }) => {
    const clock = { now }
    const vaults = openVaults({ database, now: () => clock.now })
    await run({
      database,
      vaults,
      clock,
      async keep(model) {
        const { versions } = await insertModel(database, model)
        const versionId = versions[0]?.id ?? 0
        clock.now += 60_000
        assert.equal((await vaults.toggle({ accountId, versionId })).kind, 'added')
        return versionId
      },
      async list(request) {
        const asked = { accountId, created: {}, added: {}, sort: 'Recently Added', limit: 60, offset: 0 } as const
        const { items, totalItems } = await vaults.list({ ...asked, ...request })
        return { versions: items.map(({ versionId }) => versionId), totalItems }
      },
    })
  })

test('what is kept of a version stays as it was when the library changes it or drops all of it', () =>
  withVaults(async ({ database, vaults, keep, clock }) => {
    const versionId = await keep({
      name: 'Fox',
      creator: '007',
      type: 'LORA',
      tags: ['red', 'Animal'],
      versions: [
        {
          name: 'v2',
          base_model: 'Pony',
          created_at: 1234,
          files: [
            { id: 50, name: 'fox.safetensors', size_bytes: 1025 },
            { id: 51, name: 'fox.yaml', size_bytes: 100 },
          ],
          images: [
            { id: 70, size_bytes: 1024, nsfw_level: 32 },
            { id: 71, size_bytes: 3000 },
            { id: 72, size_bytes: 1 },
          ],
        },
      ],
    })
    const kept = async () => (await vaults.keptOf({ accountId, versionIds: [versionId] })).get(versionId)
    const before = await kept()
    assert.equal(before?.cover?.id, 71)
    const { cover, id, modelId, creatorId, ...rest } = before ?? assert.fail()
    assert.deepEqual(rest, {
      accountId,
      versionId,
      modelName: 'Fox',
      versionName: 'v2',
      creatorName: '007',
      type: 'LORA',
      baseModel: 'Pony',
      category: 'animal',
      modelSizeKb: 2,
      detailsSizeKb: 0,
      imagesSizeKb: 3,
      files: [
        { id: 50, name: 'fox.safetensors', sizeBytes: 1025 },
        { id: 51, name: 'fox.yaml', sizeBytes: 100 },
      ],
      versionCreatedAt: 1234,
      addedAt: clock.now,
    })
    assert.equal(typeof creatorId, 'number')
    await database.write(async (transaction) => {
      await transaction.updateTable('account').set({ username: 'other' }).execute()
      for (const table of ['model', 'model_version', 'model_file', 'image', 'model_tag'] as const)
        await transaction.deleteFrom(table).execute()
    })
    assert.deepEqual(await kept(), { ...before, cover: null })
    assert.deepEqual(await vaults.toggle({ accountId, versionId }), { kind: 'removed' })
    assert.deepEqual(await vaults.toggle({ accountId, versionId }), { kind: 'unknownVersion' })
  }))

test('a version goes in and out by turns, for one account at a time', () =>
  withVaults(async ({ database, vaults }) => {
    const { versions } = await insertModel(database)
    const versionId = versions[0]?.id ?? 0
    const first = await vaults.toggle({ accountId, versionId })
    assert.equal(first.kind, 'added')
    assert.equal((await vaults.toggle({ accountId: 78, versionId })).kind, 'added')
    assert.equal((await vaults.toggle({ accountId, versionId })).kind, 'removed')
    assert.deepEqual(await vaults.keptOf({ accountId, versionIds: [versionId] }), new Map())
    assert.equal((await vaults.keptOf({ accountId: 78, versionIds: [versionId, 999] })).size, 1)
    const turns = await Promise.all(Array.from({ length: 6 }, () => vaults.toggle({ accountId, versionId })))
    assert.deepEqual(
      turns.map(({ kind }) => kind),
      ['added', 'removed', 'added', 'removed', 'added', 'removed'],
    )
  }))

test('what is not published, of a model or a version, cannot be put in', () =>
  withVaults(async ({ database, vaults }) => {
    const draft = await insertModel(database, { status: 'Draft' })
    const half = await insertModel(database, { versions: [{ status: 'Draft' }] })
    for (const versionId of [draft.versions[0]?.id ?? 0, half.versions[0]?.id ?? 0, 999])
      assert.deepEqual(await vaults.toggle({ accountId, versionId }), { kind: 'unknownVersion' })
  }))

test('a vault measures the sizes of its items, and when it last changed', () =>
  withVaults(async ({ database, vaults, clock, keep }) => {
    const { insertId } = await database.write((transaction) =>
      transaction
        .insertInto('account')
        .values({
          id: accountId,
          username: 'me',
          username_key: 'me',
          name: 'me',
          email: null,
          image: null,
          email_verified: 0,
          role: 'user',
          status: 'active',
          tier: 'free',
          model_count: 0,
          created_at: '2026-01-02T03:04:05.000Z',
          updated_at: '2026-01-02T03:04:05.000Z',
        })
        .executeTakeFirstOrThrow(),
    )
    assert.equal(Number(insertId), accountId)
    assert.deepEqual(await vaults.measure(accountId), { usedStorageKb: 0, updatedAt: Date.UTC(2026, 0, 2, 3, 4, 5) })
    await keep({ versions: [{ files: [{ size_bytes: 10 * 1024 }], images: [{ size_bytes: 2048 }] }] })
    const big = await keep({ versions: [{ files: [{ size_bytes: 8 * 1024 ** 4 }] }] })
    assert.deepEqual(await vaults.measure(accountId), { usedStorageKb: 12 + 8 * 1024 ** 3, updatedAt: clock.now })
    clock.now += 1000
    await vaults.toggle({ accountId, versionId: big })
    assert.deepEqual(await vaults.measure(accountId), { usedStorageKb: 12, updatedAt: clock.now })
    assert.equal(await vaults.measure(999), undefined)
  }))

test('each order, and pages within it', () =>
  withVaults(async ({ keep, list }) => {
    const a = await keep({ name: 'beta', versions: [{ created_at: 30, files: [{ size_bytes: 5000 }] }] })
    const b = await keep({ name: 'Alpha', versions: [{ created_at: 10, files: [{ size_bytes: 9000 }] }] })
    const c = await keep({ name: 'Ärger', versions: [{ created_at: 20, files: [{ size_bytes: 5000 }] }] })
    assert.deepEqual((await list()).versions, [c, b, a])
    assert.deepEqual((await list({ sort: 'Recently Created' })).versions, [a, c, b])
    assert.deepEqual((await list({ sort: 'Model Name' })).versions, [b, a, c])
    assert.deepEqual((await list({ sort: 'Model Size' })).versions, [b, c, a])
    assert.deepEqual(await list({ limit: 2, offset: 2 }), { versions: [a], totalItems: 3 })
    assert.deepEqual(await list({ limit: 2, offset: 4 }), { versions: [], totalItems: 3 })
    assert.deepEqual(await list({ accountId: 78 }), { versions: [], totalItems: 0 })
  }))

test('each filter narrows the list and its total, and those together all hold', () =>
  withVaults(async ({ keep, list, clock }) => {
    const start = clock.now
    const fox = await keep({
      name: 'Füchse',
      creator: 'Anna',
      type: 'LORA',
      tags: ['style'],
      versions: [{ name: 'v1', base_model: 'Pony', created_at: 100 }],
    })
    const owl = await keep({
      name: '100% owl',
      creator: null,
      type: 'Checkpoint',
      tags: ['unsorted'],
      versions: [{ name: 'night_v2', base_model: 'SDXL 1.0', created_at: 200 }],
    })
    const only = async (expected: number[], request: Partial<VaultRequest>) =>
      assert.deepEqual(await list(request), { versions: expected, totalItems: expected.length })
    await only([owl, fox], { query: '', types: [], categories: [], baseModels: [] })
    await only([fox], { query: 'FÜCHS' })
    await only([fox], { query: ' anna ' })
    await only([owl], { query: 't_v' })
    await only([owl], { query: '0%' })
    await only([], { query: 'nnav' })
    await only([fox], { types: ['LORA', 'VAE'] })
    await only([fox], { categories: ['style'] })
    await only([owl], { categories: [''] })
    await only([fox], { baseModels: ['Pony', 'nobody'] })
    await only([fox], { created: { to: 100 } })
    await only([owl], { created: { from: 101, to: 200 } })
    await only([fox], { added: { from: start + 60_000, to: start + 60_000 } })
    await only([owl], { added: { from: start + 60_001 } })
    await only([], { types: ['LORA'], baseModels: ['SDXL 1.0'] })
  }))
