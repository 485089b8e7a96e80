import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import { openModels } from '../catalog/models/open-models.ts'
import { type LibraryFixture, withLibrary } from '../hub/library.fixture.ts'
import { DetailedVersion } from './model-dto/detailed-version.ts'
import { MiniVersion } from './model-dto/mini-version.ts'
import {
  findModelVersionIdsByHash,
  findModelVersionsByHash,
  getMiniModelVersion,
  getModelVersion,
  getModelVersionByHash,
} from './model-versions.ts'

const withHub = (run: (library: LibraryFixture) => Promise<void>, loginOnly = false) =>
  withLibrary(
    {
      endpoints: [
        getModelVersion,
        getMiniModelVersion,
        getModelVersionByHash,
        findModelVersionsByHash,
        findModelVersionIdsByHash,
      ],
      more: async ({ database }) => ({ models: openModels({ database, now: Date.now }) }),
      loginOnly,
    },
    run,
  )

const begin = '/api/v1/model-versions'
const sha = (letter: string) => letter.repeat(64)
const post = ({ request }: LibraryFixture, path: string, body: unknown) =>
  request(`${begin}/${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })

const fox = {
  id: 12,
  name: 'Fox',
  type: 'LORA',
  versions: [
    {
      id: 34,
      name: 'v1',
      base_model: 'Pony',
      files: [
        { id: 56, name: 'fox.safetensors', sha256: sha('A'), size_bytes: 2048 },
        { id: 57, type: 'Config', format: 'Other', sha256: sha('B') },
      ],
      images: [{ id: 78, extension: 'png', nsfw_level: 8, meta: { prompt: 'fox' } }, { id: 79 }],
    },
  ],
}

test('a version by itself has every field of the site API, and those alone', () =>
  withHub(async (hub) => {
    await hub.addModel(fox)
    const answer = (await (await hub.request(`${begin}/34`)).json()) as z.infer<typeof DetailedVersion>
    assert.deepEqual(DetailedVersion.parse(answer), answer, 'nothing beyond the schema')
    assert.equal(answer.modelId, 12)
    assert.equal(answer.status, 'Published')
    assert.equal(answer.air, 'urn:air:sdxl:lora:civitai:12@34')
    assert.deepEqual(answer.model, { name: 'Fox', type: 'LORA', nsfw: false, poi: false })
    assert.deepEqual(answer.stats, { downloadCount: 0, thumbsUpCount: 0 })
    assert.equal('index' in answer, false)
    assert.deepEqual(
      answer.files.map(({ id, primary }) => [id, primary]),
      [
        [56, true],
        [57, false],
      ],
    )
    assert.equal(answer.downloadUrl, `${hub.origin}/api/download/models/34`)
    assert.equal(answer.files[0]?.downloadUrl, answer.downloadUrl)
    assert.deepEqual(
      answer.images.map((image) => ['id' in image, image.meta, image.hasMeta, image.nsfwLevel]),
      [
        [false, { prompt: 'fox' }, true, 8],
        [false, null, false, 1],
      ],
    )
    assert.match(answer.images[0]?.url ?? '', /\/78\.png$/)
  }))

test('unknown and unpublished versions are 404, those without a file say so, bad ids are 400', () =>
  withHub(async (hub) => {
    await hub.addModel({
      versions: [
        { id: 5, status: 'Draft' },
        { id: 6, files: [] },
      ],
    })
    const errorOf = async (path: string) => {
      const answer = await hub.request(`${begin}/${path}`)
      return [answer.status, ((await answer.json()) as { error: unknown }).error]
    }
    for (const path of ['0', '5', '999', 'mini/999', `by-hash/${sha('A')}`, 'by-hash/nothing'])
      assert.deepEqual(await errorOf(path), [404, 'Model not found'], path)
    assert.deepEqual(await errorOf('6'), [404, 'Missing model file'])
    assert.deepEqual(await errorOf('mini/6'), [404, 'Missing model file'])
    for (const path of ['abc', '2147483648', '1.5', 'mini/x', 'mini/34?modelFileId=x'])
      assert.equal((await errorOf(path))[0], 400, path)
  }))

test('by hash it is the same version, kept for an hour', () =>
  withHub(async (hub) => {
    await hub.addModel(fox)
    const byHash = await hub.request(`${begin}/by-hash/${sha('a')}`)
    assert.equal(byHash.headers.get('cache-control'), 'public, s-maxage=3600, stale-while-revalidate=1800')
    assert.deepEqual(await byHash.json(), await (await hub.request(`${begin}/34`)).json())
  }))

test('many hashes give versions, or ids alone', () =>
  withHub(async (hub) => {
    await hub.addModel(fox)
    const versions = (await (await post(hub, 'by-hash', [sha('a'), sha('C'), sha('B')])).json()) as { id: number }[]
    assert.deepEqual(
      versions.map(({ id }) => id),
      [34],
    )
    const ids = await (await post(hub, 'by-hash/ids', [sha('b'), sha('C'), sha('b')])).json()
    assert.deepEqual(ids, [{ modelVersionId: 34, modelId: 12, hash: sha('B') }])
    assert.deepEqual(await (await post(hub, 'by-hash', [])).json(), [])
  }))

test('anything else than a short enough array of SHA-256 texts is 400 with a text', () =>
  withHub(async (hub) => {
    const bad = [{}, null, 'x', sha('A'), [sha('A').slice(1)], [`${sha('A')}A`], [7], [sha('Z')], [[sha('A')]], '{', '']
    for (const path of ['by-hash', 'by-hash/ids']) {
      for (const body of [...bad, Array.from({ length: path === 'by-hash' ? 101 : 10_001 }, () => sha('A'))]) {
        const answer = await post(hub, path, body)
        assert.equal(answer.status, 400, JSON.stringify(body).slice(0, 80))
        assert.equal(typeof ((await answer.json()) as { error: unknown }).error, 'string')
      }
    }
    assert.equal(
      (
        await post(
          hub,
          'by-hash',
          Array.from({ length: 100 }, () => sha('A')),
        )
      ).status,
      200,
    )
    assert.equal(
      (
        await post(
          hub,
          'by-hash/ids',
          Array.from({ length: 10_000 }, () => sha('A')),
        )
      ).status,
      200,
    )
  }))

test('the mini form speaks of the primary file, or of the one that was asked for', () =>
  withHub(async (hub) => {
    await hub.addModel(fox)
    const mini = async (query = '') =>
      (await (await hub.request(`${begin}/mini/34${query}`)).json()) as z.infer<typeof MiniVersion>
    const plain = await mini()
    assert.deepEqual(MiniVersion.parse(plain), plain, 'nothing beyond the schema')
    assert.equal(plain.air, 'urn:air:sdxl:lora:civitai:12@34')
    assert.equal(plain.fileName, 'fox.safetensors')
    assert.equal(plain.size, 2)
    assert.deepEqual(plain.downloadUrls, [`${hub.origin}/api/download/models/34`])
    assert.equal(plain.requireAuth, false)
    assert.equal(plain.checkPermission, false)
    const other = await mini('?modelFileId=57')
    assert.equal(other.air, 'urn:air:sdxl:lora:civitai:12@34+57')
    assert.deepEqual(other.downloadUrls, [`${hub.origin}/api/download/models/34?fileId=57`])
    const foreign = await hub.request(`${begin}/mini/34?modelFileId=1`)
    assert.equal(foreign.status, 404)
    assert.deepEqual(await foreign.json(), { error: 'Model file 1 not found in version 34' })
  }))

test('the mini form tells of needed sign-ins and of early access', () =>
  withHub(async (hub) => {
    const endsAt = Date.now() + 60_000
    await hub.addModel({ versions: [{ id: 1, early_access_ends_at: endsAt }] })
    await hub.addModel({ login_only: 0, versions: [{ id: 2 }] })
    const mini = async (id: number) =>
      (await (await hub.request(`${begin}/mini/${id}`)).json()) as z.infer<typeof MiniVersion>
    assert.equal((await mini(1)).requireAuth, true)
    assert.equal((await mini(1)).checkPermission, true)
    assert.equal((await mini(1)).earlyAccessEndsAt, new Date(endsAt).toISOString())
    assert.equal((await mini(2)).requireAuth, false)
    assert.equal('earlyAccessEndsAt' in (await mini(2)), false)
  }, true))
