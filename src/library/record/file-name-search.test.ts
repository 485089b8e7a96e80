import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { filterValues } from '../../catalog/models/list/filter.ts'
import { civitaiInfo, type LibraryFixture, safetensors, withLibraryFolder } from '../library.fixture.ts'

test('a model is found by the stem and by the full name of its file', () =>
  withLibraryFolder(async (fixture) => {
    const bytes = safetensors('fox')
    await fixture.put('m50_v1.safetensors', bytes)
    await fixture.put('m50_v1.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, bytes))
    await fixture.put('other-name.safetensors', safetensors('wolf'))
    await fixture.scan()
    for (const query of ['m50_v1', 'm50_v1.safetensors', 'M50-V1', 'm50', 'm50_v1.ckpt', 'm50_v'])
      assert.deepEqual(await found(fixture, query), [7], query)
    for (const query of ['m51_v1', 'm50_v2.safetensors', 'safetensors'])
      assert.deepEqual(await found(fixture, query), [])

    await rename(join(fixture.folder, 'm50_v1.safetensors'), join(fixture.folder, 'renamed_x.safetensors'))
    await rename(join(fixture.folder, 'm50_v1.civitai.info'), join(fixture.folder, 'renamed_x.civitai.info'))
    await fixture.scan()
    assert.deepEqual(await found(fixture, 'renamed_x.safetensors'), [7])
    assert.deepEqual(await found(fixture, 'm50_v1'), [], 'the earlier name is gone')
  }))

async function found({ database, rows }: LibraryFixture, query: string): Promise<number[]> {
  const match = filterValues({ levels: 31, query }, database.engine, 0)?.match ?? ''
  const hits = await rows<{ id: number }>(`select rowid as id from model_text where model_text match '${match}'`)
  return hits.map(({ id }) => id)
}
