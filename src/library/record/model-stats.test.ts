import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDownloadCounts } from '../../catalog/download-counts.ts'
import { openPreferences } from '../../catalog/preferences.ts'
import { civitaiInfo, type LibraryFixture, safetensors, withLibraryFolder } from '../library.fixture.ts'

test('the counts of a model are the sums over its versions if its metadata states none', () =>
  withLibraryFolder(async (fixture) => {
    await putVersion(fixture, 70, { stats: { downloadCount: 100, thumbsUpCount: 9, thumbsDownCount: 2 } })
    await putVersion(fixture, 71, { stats: { downloadCount: 20, thumbsUpCount: 1 } })
    await fixture.scan()
    assert.deepEqual(await countsOf(fixture), { downloads: 120, up: 10, down: 2 })
    assert.deepEqual(await fixture.rows('select id, download_count as downloads from model_version order by id'), [
      { id: 70, downloads: 100 },
      { id: 71, downloads: 20 },
    ])
  }))

test('each count that metadata states for a model takes precedence over the sum', () =>
  withLibraryFolder(async (fixture) => {
    const stats = { downloadCount: 5000, thumbsDownCount: 0, commentCount: 3, tippedAmountCount: 4 }
    const model = { name: 'Fox', type: 'LORA', stats }
    await putVersion(fixture, 70, { model, stats: { downloadCount: 100, thumbsUpCount: 9, thumbsDownCount: 2 } })
    await fixture.scan()
    assert.deepEqual(await countsOf(fixture), { downloads: 5000, up: 9, down: 0 })
    assert.deepEqual(await fixture.rows('select comment_count as comments, tipped_amount_count as tipped from model'), [
      { comments: 3, tipped: 4 },
    ])
  }))

test("a scan keeps the hub's own downloads and favorites, whatever counts it imports", () =>
  withLibraryFolder(async (fixture) => {
    const { database } = fixture
    await putVersion(fixture, 70, { stats: { downloadCount: 100, thumbsUpCount: 9 } })
    await fixture.scan()
    const downloads = openDownloadCounts({ database, onError: assert.ifError, now: Date.now })
    downloads.add({ modelId: 7, versionId: 70 })
    downloads.add({ modelId: 7, versionId: 70 })
    await downloads.close()
    const preferences = openPreferences({ database, now: Date.now })
    await preferences.mark({ accountId: 5, kind: 'favorite', modelId: 7 })
    assert.deepEqual(await countsOf(fixture), { downloads: 102, up: 10, down: 0 })

    await putVersion(fixture, 70, { stats: { downloadCount: 300, thumbsUpCount: 20 } })
    await putVersion(fixture, 71, { stats: { downloadCount: 1 } })
    await fixture.scan()
    assert.deepEqual(await countsOf(fixture), { downloads: 303, up: 21, down: 0 })
  }))

test('downloads counted before a sidecar names site ids stay with the model', () =>
  withLibraryFolder(async (fixture) => {
    const { database } = fixture
    await fixture.put('v70.safetensors', safetensors('70'))
    await fixture.scan()
    const downloads = openDownloadCounts({ database, onError: assert.ifError, now: Date.now })
    downloads.add({ modelId: 1_000_000_000, versionId: 1_000_000_000 })
    await downloads.close()
    await putVersion(fixture, 70, { stats: { downloadCount: 100 } })
    await fixture.scan()
    assert.deepEqual(await countsOf(fixture), { downloads: 101, up: 0, down: 0 })
  }))

async function putVersion({ put }: LibraryFixture, versionId: number, more: object): Promise<void> {
  const bytes = safetensors(String(versionId))
  await put(`v${versionId}.safetensors`, bytes)
  await put(`v${versionId}.civitai.info`, civitaiInfo({ modelId: 7, versionId }, bytes, more))
}

async function countsOf({ rows }: LibraryFixture) {
  const models = await rows<{ downloads: number; up: number; down: number }>(
    'select download_count as downloads, thumbs_up_count as up, thumbs_down_count as down from model',
  )
  assert.equal(models.length, 1)
  return models[0]
}
