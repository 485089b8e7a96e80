import assert from 'node:assert/strict'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { civitaiInfo, type LibraryFixture, safetensors, withLibraryFolder } from '../library.fixture.ts'

const favorite = ({ database }: LibraryFixture, modelId: number, accountId = 1) =>
  database.kysely
    .insertInto('account_model')
    .values({ account_id: accountId, kind: 'favorite', model_id: modelId, created_at: 1 })
    .execute()

/** Returns the file that each favorite is for. */
const favorites = ({ rows }: LibraryFixture) =>
  rows(`select account_id as account, model_file.sha256, login_only from account_model join model on model.id = account_model.model_id
    join model_version on model_version.model_id = model.id join model_file on version_id = model_version.id`)

test('two files that swap names keep their favorites and settings', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', safetensors('fox'))
    await fixture.scan()
    await fixture.put('wolf.safetensors', safetensors('wolf'))
    await fixture.scan()
    await favorite(fixture, 1_000_000_000)
    await fixture.rows('update model set login_only = 1, edited_at = 1 where id = 1000000000')
    const before = await favorites(fixture)
    const path = (name: string) => join(fixture.folder, `${name}.safetensors`)
    await rename(path('fox'), path('held'))
    await rename(path('wolf'), path('fox'))
    await rename(path('held'), path('wolf'))
    await fixture.scan()
    assert.equal(before.length, 1)
    assert.deepEqual(await favorites(fixture), before)
  }))

test('a renamed file keeps its favorites when another known file gets its old name', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', safetensors('fox'))
    await fixture.scan()
    await fixture.put('wolf.safetensors', safetensors('wolf'))
    await fixture.scan()
    await favorite(fixture, 1_000_000_000)
    const before = await favorites(fixture)
    await rename(join(fixture.folder, 'fox.safetensors'), join(fixture.folder, 'zebra.safetensors'))
    await fixture.put('fox.safetensors', safetensors('wolf'))
    await fixture.scan()
    assert.deepEqual(await favorites(fixture), before)
  }))

test('favorites and settings follow a version that a sidecar moves to another model and that leaves the old one empty', () =>
  withLibraryFolder(async (fixture) => {
    const bytes = safetensors('fox')
    await fixture.put('fox.safetensors', bytes)
    await fixture.put('fox.civitai.info', civitaiInfo({ modelId: 8, versionId: 70 }, bytes))
    await fixture.scan()
    await favorite(fixture, 8)
    await fixture.rows('update model set login_only = 1, edited_at = 1')
    await fixture.put('fox.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, bytes))
    await fixture.scan()
    assert.deepEqual(await fixture.rows('select id, login_only, thumbs_up_count as up from model'), [
      { id: 7, login_only: 1, up: 1 },
    ])
    assert.deepEqual(await fixture.rows('select model_id from account_model'), [{ model_id: 7 }])
  }))

test('if sidecars put one version under two models, the more informative entry decides', () =>
  withLibraryFolder(async (fixture) => {
    const bytes = safetensors('fox')
    await fixture.put('a.safetensors', bytes)
    await fixture.put('a.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, bytes))
    await fixture.scan()
    await fixture.put('b.safetensors', safetensors('pruned fox'))
    await fixture.put('b.civitai.info', civitaiInfo({ modelId: 8, versionId: 70 }, bytes))
    await fixture.scan()
    const models = () =>
      fixture.rows(
        'select model.id, model.name, file_count as files from model join model_version on model_id = model.id',
      )
    assert.deepEqual(await models(), [{ id: 7, name: 'Model 7', files: 2 }])
    assert.deepEqual(await fixture.rows('select id from model'), [{ id: 7 }])
    await rm(join(fixture.folder, 'a.safetensors'))
    await rm(join(fixture.folder, 'a.civitai.info'))
    await fixture.scan()
    assert.deepEqual(await models(), [{ id: 8, name: 'Model 8', files: 1 }])
    assert.deepEqual(await fixture.rows('select id from model'), [{ id: 8 }])
  }))

test('if the newest version becomes older, the next one decides the facts of the model', () =>
  withLibraryFolder(async (fixture) => {
    const put = async (versionId: number, year: number, name: string) => {
      const bytes = safetensors(String(versionId))
      const more = { publishedAt: `${year}-01-01T00:00:00Z`, model: { name, type: 'LORA' } }
      await fixture.put(`v${versionId}.safetensors`, bytes)
      await fixture.put(`v${versionId}.civitai.info`, civitaiInfo({ modelId: 7, versionId }, bytes, more))
    }
    await put(70, 2026, 'First')
    await put(71, 2025, 'Second')
    await fixture.scan()
    await put(70, 2024, 'First')
    await fixture.scan()
    assert.deepEqual(await fixture.rows('select name from model'), [{ name: 'Second' }])
  }))

test('a file is named after its first place, even if another entry decides the facts of its version', () =>
  withLibraryFolder(async (fixture) => {
    const [bytes, other] = [safetensors('fox'), safetensors('pruned fox')]
    await fixture.put('a.safetensors', bytes)
    await fixture.put('a.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, bytes))
    await fixture.put('b/pruned.safetensors', other)
    await fixture.put('b/pruned.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, bytes))
    await fixture.scan()
    await fixture.put('c/small.safetensors', other)
    await fixture.scan()
    await rm(join(fixture.folder, 'b'), { recursive: true })
    await fixture.scan()
    assert.deepEqual(await fixture.rows('select name from model_file order by name'), [
      { name: 'a.safetensors' },
      { name: 'small.safetensors' },
    ])
  }))

test('a change invalidates lists of models only if it changes the position of a model in them', () =>
  withLibraryFolder(async (fixture) => {
    const { database } = fixture
    const bytes = safetensors('fox')
    const invalidatedBy = async (more: object) => {
      const before = database.catalogRevision()
      await fixture.put('fox.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, bytes, more))
      await fixture.scan()
      return [...database.catalogChangesSince(before)].sort()
    }
    await fixture.put('fox.safetensors', bytes)
    await fixture.put('wolf.safetensors', safetensors('wolf'))
    const model = { name: 'Fox', type: 'LORA' }
    assert.deepEqual(await invalidatedBy({ model }), ['images', 'model 1000000000', 'model 7', 'models'])
    const described = { model: { ...model, description: 'A fox' } }
    assert.deepEqual(await invalidatedBy(described), ['images', 'model 7'])
    assert.deepEqual(await invalidatedBy({ model: { ...model, name: 'Vixen' } }), ['images', 'model 7', 'models'])
    const before = database.catalogRevision()
    await fixture.scan()
    assert.equal(database.catalogRevision(), before, 'a scan without changes invalidates nothing')
    await rm(join(fixture.folder, 'fox.safetensors'))
    await rm(join(fixture.folder, 'fox.civitai.info'))
    await fixture.scan()
    assert.ok(database.catalogChangesSince(before).includes('models'))
  }))
