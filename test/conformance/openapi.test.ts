import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { type Hub, read, startHub } from './hub.ts'

const Document = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  servers: z.array(z.looseObject({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
})

let hub: Hub
before(async () => {
  hub = await startHub()
})
after(() => hub.close())

test('the OpenAPI document is a public answer, and names the address that it was asked from', async () => {
  const answer = await hub.ask('/api/openapi.json', { headers: { host: 'models.example:8080' } })
  const document = read(answer, Document)
  assert.match(document.openapi, /^3\.1\./)
  assert.deepEqual(
    document.servers.map(({ url }) => url),
    ['http://models.example:8080'],
  )
  assert.equal(answer.headers['cache-control'], 'public, s-maxage=300, stale-while-revalidate=150')
  assert.equal(answer.headers['access-control-allow-origin'], '*')
})

test('no two operations share an id', async () => {
  const { paths } = read(await hub.ask('/api/openapi.json'), Document)
  const ids = Object.values(paths).flatMap((operations) => Object.values(operations).map((one) => one.operationId))
  assert.ok(ids.length > 20)
  assert.deepEqual(ids, [...new Set(ids)])
})
