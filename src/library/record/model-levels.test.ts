import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storedPng } from '../../sample-library/png.ts'
import { civitaiInfo, type LibraryFixture, safetensors, withLibraryFolder } from '../library.fixture.ts'

/** Bits of browsing levels. */
const [pg, r, x, xxx] = [1, 4, 8, 16]

test('an older version without images does not make an X-rated model PG', () =>
  withLibraryFolder(async (fixture) => {
    await putVersion(fixture, 70, { levels: [x], nsfw: false })
    await putVersion(fixture, 71, { levels: [], nsfw: false })
    await fixture.scan()
    assert.deepEqual(await levelsOf(fixture), [x])
  }))

test('the level of a model is the union of the levels of its versions with images', () =>
  withLibraryFolder(async (fixture) => {
    await putVersion(fixture, 70, { levels: [pg, xxx], nsfw: true })
    await putVersion(fixture, 71, { levels: [r], nsfw: true })
    await fixture.scan()
    assert.deepEqual(await levelsOf(fixture), [pg | r | xxx])
  }))

test('a model without any image is PG, or R, X and XXX where its metadata says nsfw', () =>
  withLibraryFolder(async (fixture) => {
    await putVersion(fixture, 70, { levels: [], nsfw: false })
    await putVersion(fixture, 71, { levels: [], nsfw: false })
    await fixture.scan()
    assert.deepEqual(await levelsOf(fixture), [pg])
    await putVersion(fixture, 70, { levels: [], nsfw: true })
    await putVersion(fixture, 71, { levels: [], nsfw: true })
    await fixture.scan()
    assert.deepEqual(await levelsOf(fixture), [r | x | xxx])
  }))

const levelsOf = async ({ rows }: LibraryFixture) =>
  (await rows<{ nsfw_level: number }>('select nsfw_level from model')).map(({ nsfw_level }) => nsfw_level)

async function putVersion(
  { put }: LibraryFixture,
  versionId: number,
  { levels, nsfw }: { levels: readonly number[]; nsfw: boolean },
): Promise<void> {
  const bytes = safetensors(String(versionId))
  await put(`v${versionId}.safetensors`, bytes)
  const images = levels.map((nsfwLevel) => ({ url: 'https://images.example/1.png', nsfwLevel, type: 'image' }))
  const model = { name: 'Fox', type: 'LORA', nsfw }
  await put(`v${versionId}.civitai.info`, civitaiInfo({ modelId: 7, versionId }, bytes, { model, images }))
  for (const [index] of levels.entries())
    await put(
      `v${versionId}.preview${index === 0 ? '' : `.${index}`}.png`,
      storedPng({ bytes: Buffer.alloc(12), width: 2, height: 2 }),
    )
}
