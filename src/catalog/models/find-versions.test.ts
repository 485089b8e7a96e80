import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insertModel, insertModels } from '../catalog.fixture.ts'
import { withModels } from './models.fixture.ts'

const sha = (letter: string) => letter.repeat(64)

test('a file is found by a hash of each kind, in any letter case', () =>
  withModels(async ({ database, models }) => {
    const hashes = {
      SHA256: sha('A'),
      AutoV1: 'ABCDEF01',
      AutoV2: 'AAAAAAAAAA',
      AutoV3: 'ABCDEF012345',
      CRC32: '85114A0D',
      BLAKE3: sha('B'),
    }
    await insertModel(database, { versions: [{ id: 70, files: [{ sha256: hashes.SHA256, hashes }] }] })
    for (const hash of Object.values(hashes)) {
      for (const written of [hash, hash.toLowerCase(), `${hash.slice(0, 4).toLowerCase()}${hash.slice(4)}`])
        assert.equal((await models.versions.byHash(written))?.id, 70, written)
    }
    for (const hash of Object.values(hashes)) {
      for (const written of [`0x${hash}`, `0X${hash.toLowerCase()}`])
        assert.equal((await models.versions.byHash(written))?.id, 70, written)
      assert.equal(await models.versions.byHash(`0x0x${hash}`), undefined)
    }
    assert.equal(await models.versions.byHash('0x'), undefined)
    assert.equal(await models.versions.byHash(sha('C')), undefined)
    assert.equal(await models.versions.byHash(''), undefined)
  }))

test('a hash that begins with a zero is not taken for one with a prefix', () =>
  withModels(async ({ database, models }) => {
    await insertModel(database, { versions: [{ id: 70, files: [{ hashes: { AutoV1: '0ABCDEF1' } }] }] })
    for (const written of ['0abcdef1', '0x0abcdef1']) assert.equal((await models.versions.byHash(written))?.id, 70)
    assert.equal(await models.versions.byHash('0xabcdef1'), undefined)
  }))

test('a CRC-32 is found in both byte orders, another hash of eight digits only as it is', () =>
  withModels(async ({ database, models }) => {
    await insertModel(database, {
      versions: [{ id: 70, files: [{ hashes: { CRC32: '85114A0D', AutoV1: 'ABCDEF01' } }] }],
    })
    assert.equal((await models.versions.byHash('0d4a1185'))?.id, 70)
    assert.equal(await models.versions.byHash('01EFCDAB'), undefined)
  }))

test('of several versions with one file the earliest published is found, then the lowest id', () =>
  withModels(async ({ database, models }) => {
    const files = [{ sha256: sha('A') }]
    await insertModels(database, [
      { versions: [{ id: 1, published_at: 1, status: 'Draft', files }] },
      { status: 'Unpublished', versions: [{ id: 2, published_at: 1, files }] },
      { versions: [{ id: 5, published_at: 100, files }] },
      { versions: [{ id: 4, published_at: 100, files }] },
      { versions: [{ id: 3, published_at: 200, files }] },
    ])
    assert.equal((await models.versions.byHash(sha('a')))?.id, 4)
  }))

test('versions of many hashes come in the order of the hashes, each once, unmatched and repeated ones apart', () =>
  withModels(async ({ database, models }) => {
    await insertModels(database, [
      { id: 10, versions: [{ id: 1, files: [{ sha256: sha('A') }, { sha256: sha('B') }] }] },
      { id: 20, versions: [{ id: 2, files: [{ sha256: sha('C') }] }] },
      { id: 30, versions: [{ id: 3, status: 'Draft', files: [{ sha256: sha('D') }] }] },
    ])
    const wanted = [sha('c'), sha('A'), sha('E'), sha('B'), sha('C'), sha('D')]
    assert.deepEqual(
      (await models.versions.bySha256(wanted)).map(({ id }) => id),
      [2, 1],
    )
    const pairs = await models.versions.idsBySha256([...wanted, ...wanted])
    assert.deepEqual(
      pairs.sort((one, other) => one.sha256.localeCompare(other.sha256)),
      [
        { modelVersionId: 1, modelId: 10, sha256: sha('A') },
        { modelVersionId: 1, modelId: 10, sha256: sha('B') },
        { modelVersionId: 2, modelId: 20, sha256: sha('C') },
      ],
    )
    assert.deepEqual(await models.versions.bySha256([]), [])
  }))

test('ten thousand hashes are looked up at once', () =>
  withModels(async ({ database, models }) => {
    const inserted = await insertModels(
      database,
      Array.from({ length: 50 }, (_, index) => ({ versions: [{ files: [{ sha256: hex(index * 100) }] }] })),
    )
    const found = await models.versions.idsBySha256(Array.from({ length: 10_000 }, (_, index) => hex(index)))
    assert.equal(found.length, inserted.length)
  }))

test('a version carries its model, all its files and the first images with what their generation left', () =>
  withModels(async ({ database, models }) => {
    const images = Array.from({ length: 12 }, (_, index) => ({
      nsfw_level: 16,
      meta: index ? null : { prompt: 'a "fox"' },
    }))
    await insertModel(database, { name: 'Fox', poi: 1, versions: [{ id: 70, files: [{}, {}], images }] })
    const version = await models.versions.byId(70)
    assert.equal(version?.model.name, 'Fox')
    assert.equal(version?.model.poi, 1)
    assert.equal(version?.files.length, 2)
    assert.equal(version?.images.length, 10)
    assert.deepEqual(version?.images[0]?.meta, { prompt: 'a "fox"' })
    assert.equal(version?.images[1]?.meta, null)
  }))

test('early access that has ended is not told of', () =>
  withModels(async ({ database, models, now }) => {
    await insertModel(database, {
      versions: [
        { id: 1, early_access_ends_at: now - 1 },
        { id: 2, early_access_ends_at: now + 1 },
      ],
    })
    assert.equal((await models.versions.byId(1))?.early_access_ends_at, null)
    assert.equal((await models.versions.byId(2))?.early_access_ends_at, now + 1)
  }))

const hex = (number: number) => number.toString(16).toUpperCase().padStart(64, '0')

test('a replaced id finds the version and the sources of its facts', () =>
  withModels(async ({ database, models }) => {
    await insertModel(database, { id: 7, versions: [{ id: 70, base_model: 'Pony' }] })
    await database.write((transaction) =>
      transaction
        .insertInto('id_alias')
        .values([
          { kind: 'model', old_id: 6, new_id: 7 },
          { kind: 'model_version', old_id: 60, new_id: 70 },
        ])
        .execute(),
    )
    assert.equal((await models.versions.byId(60))?.id, 70)
    assert.equal((await models.versions.baseModelSources(60))?.baseModel, 'Pony')
    assert.equal((await models.sources(6))?.modelId, 7)
    assert.equal(await models.sources(5), undefined)
  }))
