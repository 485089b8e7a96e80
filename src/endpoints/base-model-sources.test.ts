import assert from 'node:assert/strict'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openModels } from '../catalog/models/open-models.ts'
import { type LibraryFixture, withLibrary } from '../hub/library.fixture.ts'
import { openHasher } from '../library/hashing/hasher.ts'
import { civitaiInfo, safetensors, scanWhole } from '../library/library.fixture.ts'
import { openLibrary } from '../library/open.ts'
import { getBaseModelSources } from './base-model-sources.ts'

const withScannedLibrary = (
  context: TestContext,
  run: (
    hub: LibraryFixture & { put(path: string, content: Buffer | string): Promise<void>; scan(): Promise<unknown> },
  ) => Promise<void>,
) =>
  withLibrary(
    {
      endpoints: [getBaseModelSources],
      more: async ({ database }) => ({ models: openModels({ database, now: Date.now }) }),
    },
    async (hub) => {
      const hasher = openHasher({ threads: 1 })
      context.after(() => hasher.close())
      const { database, folder, outside } = hub
      await mkdir(join(outside, 'data'))
      const library = openLibrary({
        database,
        hasher,
        dataDirectory: join(outside, 'data'),
        onTokensFound: async () => undefined,
      })
      try {
        await run({
          ...hub,
          async put(path, content) {
            await writeFile(join(folder, path), content)
            const hourAgo = Date.now() / 1000 - 3600
            await utimes(join(folder, path), hourAgo, hourAgo)
          },
          scan: () => scanWhole(library),
        })
      } finally {
        await library.close()
      }
    },
  )

/** An adapter of a FLUX.1 model by its tensors. */
function fluxAdapter(): Buffer {
  const shapes: Record<string, [number, number]> = {}
  for (let index = 0; index < 38; index++) {
    shapes[`diffusion_model.single_blocks.${index}.linear1.lora_A.weight`] = [1, 3072]
    shapes[`diffusion_model.single_blocks.${index}.linear1.lora_B.weight`] = [21_504, 1]
  }
  let end = 0
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const begin = end
    end += shape[0] * shape[1]
    return [name, { dtype: 'U8', shape, data_offsets: [begin, end] }]
  })
  const header = Buffer.from(JSON.stringify(Object.fromEntries(tensors)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, header, Buffer.alloc(end)])
}

test('a scan that changes the base model of a version changes the answer to anonymous callers at once', (context) =>
  withScannedLibrary(context, async ({ put, scan, request }) => {
    const get = async (id: number) => {
      const response = await request(`/api/v1/model-versions/${id}/base-model`)
      return { cache: response.headers.get('cache-status') ?? '', body: await response.json() }
    }
    const answers = async (id: number, body: object, isHit: boolean) => {
      const answer = await get(id)
      assert.deepEqual(answer.body, body)
      assert.equal(/; hit/.test(answer.cache), isHit, answer.cache)
    }
    for (const [name, modelId] of [
      ['fox', 7],
      ['owl', 8],
    ] as const) {
      const bytes = name === 'fox' ? fluxAdapter() : safetensors(name)
      await put(`${name}.safetensors`, bytes)
      await put(
        `${name}.civitai.info`,
        civitaiInfo({ modelId, versionId: 10 * modelId }, bytes, { baseModel: 'Flux.1 D' }),
      )
    }
    await scan()
    const source = 'civitai-info+sha256'
    const [fox, owl] = [7, 8].map((modelId) => ({ modelId, baseModel: 'Flux.1 D', source, setAside: [] }))
    assert.ok(fox && owl)
    for (const isHit of [false, true]) {
      await answers(70, fox, isHit)
      await answers(80, owl, isHit)
    }

    await put('fox.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, fluxAdapter(), { baseModel: 'SD 1.5' }))
    await scan()
    const contradiction = { baseModel: 'SD 1.5', source, key: null, tensors: 'Flux.1 D', isTaken: true }
    await answers(70, { ...fox, baseModel: 'SD 1.5', setAside: [contradiction] }, false)
    await answers(80, owl, true)

    // A sidecar that does not name the file is set aside where the tensors exclude its name.
    await put('fox.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, Buffer.alloc(1), { baseModel: 'SD 1.5' }))
    await scan()
    const { body } = (await get(70)) as { body: { baseModel: string; setAside: object[] } }
    assert.equal(body.baseModel, 'Flux.1 D')
    assert.deepEqual(body.setAside, [{ ...contradiction, source: 'civitai-info', isTaken: false }])

    // A version that moves to another model is answered as one of that model.
    await put(
      'owl.civitai.info',
      civitaiInfo({ modelId: 7, versionId: 80 }, safetensors('owl'), { baseModel: 'Flux.1 D' }),
    )
    await scan()
    await answers(80, { ...owl, modelId: 7 }, false)
    assert.equal((await request('/api/v1/model-versions/90/base-model')).status, 404)
  }))
