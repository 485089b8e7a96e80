import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { z } from 'zod'
import { read, startHub } from './hub.ts'
import { tidal, tidalHashes } from './library.ts'
import { CreatorList, DetailedVersion, ImageList, Model, ModelList, TagList, UserList } from './shapes.ts'

const hub = await startHub({ accounts: ['ada'] })
after(() => hub.close())

const Enums = z.record(z.string(), z.array(z.string()).min(1))

/** What everybody may ask, with the shape of its answer and what must be found in it. */
const endpoints = {
  creators: [14, '/api/v1/creators', CreatorList, 'twice'],
  tags: [15, '/api/v1/tags', TagList, 'study'],
  images: [16, '/api/v1/images', ImageList, '/media/'],
  models: [17, '/api/v1/models', ModelList, tidal.name],
  'models/{id}': [18, `/api/v1/models/${tidal.modelId}`, Model, tidal.name],
  'model-versions/{id}': [19, `/api/v1/model-versions/${tidal.versionId}`, DetailedVersion, tidal.name],
  enums: [20, '/api/v1/enums', Enums, 'Checkpoint'],
  users: [21, '/api/v1/users?query=twice', UserList, 'twice'],
} as const

for (const [name, [number, target, shape, held]] of Object.entries(endpoints)) {
  test(`${number}. /${name} answers without a token`, async () => {
    const answer = await hub.ask(target)
    read<z.ZodType>(answer, shape)
    assert.ok(answer.body.toString().includes(held), held)
  })
}

test('22. an invalid token changes nothing about a public answer, in the header or in the query', async () => {
  const more = [
    `/api/v1/model-versions/by-hash/${tidalHashes.BLAKE3}`,
    `/api/v1/model-versions/mini/${tidal.versionId}`,
  ]
  for (const target of [...Object.values(endpoints).map(([, target]) => target), ...more]) {
    const plain = await hub.ask(target)
    assert.equal(plain.status, 200, target)
    for (const authorization of ['Bearer mk_unknown', 'Bearer', 'Bearer null', 'Basic YTpi', '']) {
      const answer = await hub.ask(target, { headers: { authorization } })
      assert.deepEqual([answer.status, answer.body], [200, plain.body], `${target} with "${authorization}"`)
    }
    const byQuery = await hub.ask(`${target}${target.includes('?') ? '&' : '?'}token=mk_unknown`)
    assert.deepEqual([byQuery.status, byQuery.body], [200, plain.body], `${target} with ?token=`)
  }
})
