import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { endpoints } from '../../src/endpoints/index.ts'
import { type Answer, type Hub, read, startHub } from './hub.ts'

const Operation = z.looseObject({
  operationId: z.string(),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), example: z.unknown().optional() })).default([]),
  responses: z.record(z.string(), z.unknown()),
  'x-category': z.enum(['public', 'mixed', 'authenticated']),
  'x-caching': z.object({ anonymous: z.string(), withToken: z.string() }),
  'x-cors': z.object({ anonymous: z.string(), withCredentials: z.literal('trusted origins') }),
})
const Document = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  servers: z.array(z.looseObject({ url: z.string() })),
  tags: z.array(z.looseObject({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
})

let hub: Hub
let token: string
let document: z.infer<typeof Document>
before(async () => {
  hub = await startHub({ sample: true, accounts: ['ada'] })
  token = await hub.createToken('ada')
  document = read(await hub.ask('/api/openapi.json'), Document)
})
after(() => hub.close())

test('every endpoint is listed under a resource that has a name of its own', () => {
  for (const { name } of document.tags) assert.match(name, /^[A-Z]/)
})

test('the OpenAPI document is a public answer, and names the address that it was asked from', async () => {
  const answer = await hub.ask('/api/openapi.json', { headers: { host: 'models.example:8080' } })
  const { openapi, servers } = read(answer, Document)
  assert.match(openapi, /^3\.1\./)
  assert.deepEqual(
    servers.map(({ url }) => url),
    ['http://models.example:8080'],
  )
  assert.equal(answer.headers['cache-control'], 'public, s-maxage=300, stale-while-revalidate=150')
  assert.equal(answer.headers['access-control-allow-origin'], '*')
})

test('every endpoint stands in the document, and no two operations share an id', () => {
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  for (const { method, path } of endpoints)
    assert.ok(described.includes(`${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`), `${method} ${path}`)
  const ids = Object.values(document.paths).flatMap((operations) =>
    Object.values(operations).map(({ operationId }) => operationId),
  )
  assert.deepEqual(ids, [...new Set(ids)])
})

test('the hub answers the examples as the document says: status, caching, CORS, and every member of the answer', async () => {
  const succeeded: string[] = []
  for (const [path, { get }] of Object.entries(document.paths)) {
    if (!get || isEndless(get)) continue
    const target = targetOf(path, get.parameters)
    const anonymous = await hub.ask(target, { headers: { origin: 'https://elsewhere.example' } })
    const known = await hub.ask(target, { token })
    assert.ok(String(anonymous.status) in get.responses, `${target}: ${anonymous.status}`)
    assert.ok(String(known.status) in get.responses, `${target}: ${known.status}`)
    const cors = get['x-cors'].anonymous === '*' ? '*' : undefined
    assert.equal(anonymous.headers['access-control-allow-origin'], cors, target)
    if (get['x-category'] === 'authenticated') assert.equal(anonymous.status, 401)
    else if (anonymous.status < 400)
      assert.equal(anonymous.headers['cache-control'], get['x-caching'].anonymous, target)
    if (known.status >= 400) continue
    assert.equal(known.headers['cache-control'], get['x-caching'].withToken, target)
    assertDescribed(path, known)
    succeeded.push(path)
  }
  const refused = Object.entries(document.paths)
    .filter(([path, { get }]) => get && get['x-category'] !== 'authenticated' && !succeeded.includes(path))
    .map(([path]) => path)
    // The local ids of posts follow the order in which a hub reads its library.
    .filter((path) => path !== '/api/v1/posts/{id}')
  // The sample library has no collection and no hub has articles; URLs of bytes are each hub's own.
  assert.deepEqual(refused.toSorted(), [
    '/api/v1/articles/{id}',
    '/api/v1/collections/{id}',
    '/files/{grant}/{name}',
    '/media/{uuid}/{transforms}/{name}',
  ])
})

/** Whether an answer is a stream of events, which ends when its caller goes. */
const isEndless = ({ responses }: z.infer<typeof Operation>) => JSON.stringify(responses).includes('text/event-stream')

/** The address of an operation's example. */
function targetOf(path: string, parameters: z.infer<typeof Operation>['parameters']): string {
  const textOf = (name: string) => String(parameters.find((parameter) => parameter.name === name)?.example)
  const asked = parameters.filter((parameter) => parameter.in === 'query' && parameter.example !== undefined)
  const query = new URLSearchParams(Object.fromEntries(asked.map(({ name }) => [name, textOf(name)])))
  return `${path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(textOf(name)))}?${query}`
}

/** Whether the schema of the answer knows all that came. */
function assertDescribed(path: string, { body }: Answer): void {
  const { reply } =
    endpoints.find((one) => one.method === 'GET' && one.path.replaceAll(/:(\w+)/g, '{$1}') === path) ?? {}
  if (!reply) return
  const value = JSON.parse(body.toString())
  assert.deepEqual(reply.parse(value), value, path)
}
