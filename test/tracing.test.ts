import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startHub } from './conformance/hub.ts'
import { safetensors } from './conformance/model-file.ts'
import { eventually } from './eventually.ts'
import { startOtlpReceiver } from './otlp-receiver.fixture.ts'

/* Spans of requests, as a collector gets them. */

const collector = await startOtlpReceiver()
after(() => collector.close())
const hub = await startHub({ accounts: ['ada'], flags: ['--traces-url', `${collector.url}/v1/traces`] })
after(() => hub.close())
const token = await hub.createToken('ada')
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const callerSpan = '00f067aa0ba902b7'

/** The span of the request with an id, once it has come. */
async function spanOf(id: unknown) {
  const found = () => collector.spans().find(({ attributes }) => attributes['modelkeep.request_id'] === id)
  await eventually(() => found() !== undefined, 'the span arrives')
  return found() ?? assert.fail()
}
const childrenOf = ({ spanId, traceId }: { spanId: string; traceId: string }) =>
  collector.spans().filter((span) => span.parentSpanId === spanId && span.traceId === traceId)

test('a request is a span by the conventions, part of what its caller does, with what the database did for it', async () => {
  const { headers } = await hub.ask('/api/v1/models?limit=2', {
    token,
    headers: { traceparent: `00-${traceId}-${callerSpan}-01`, tracestate: `vendor=${token}` },
  })
  const span = await spanOf(headers['x-request-id'])
  assert.deepEqual(
    [span.name, span.kind, span.traceId, span.parentSpanId, span.status],
    ['GET /api/v1/models', 2, traceId, callerSpan, 0],
  )
  const { 'modelkeep.request_id': _, ...attributes } = span.attributes
  assert.deepEqual(attributes, {
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'http.route': '/api/v1/models',
    'network.protocol.version': '1.1',
    'url.path': '/api/v1/models',
    'url.scheme': 'http',
  })
  assert.equal(span.resource['service.name'], 'modelkeep')
  const children = childrenOf(span)
  assert.ok(children.length > 0, 'statements')
  for (const child of children) {
    assert.deepEqual([child.name, child.kind], ['SELECT reading', 3])
    assert.equal(child.attributes['db.system.name'], 'sqlite')
    assert.match(String(child.attributes['db.query.text']), /^\s*(?:select|with)\b/i)
    assert.ok(child.milliseconds > 0 && child.milliseconds <= span.milliseconds)
  }
})

test('what the front answers, what fails and what is not there are spans as well', async () => {
  const target = '/api/v1/models?limit=3'
  const asked = { headers: { traceparent: `00-${traceId}-${callerSpan}-01` } }
  for (let time = 0; time < 3; time++) await hub.ask(target)
  const front = await spanOf((await hub.ask(target, asked)).headers['x-request-id'])
  assert.deepEqual([front.name, front.parentSpanId], ['GET /api/v1/models', callerSpan])
  assert.equal(front.attributes['http.response.status_code'], 200)

  hub.change('alter table tag rename to gone')
  const failed = await spanOf((await hub.ask('/api/v1/tags?query=failure')).headers['x-request-id'])
  hub.change('alter table gone rename to tag')
  assert.deepEqual([failed.status, failed.attributes['error.type']], [2, '500'])

  const absent = await spanOf((await hub.ask('/api/v1/nothing/here?x=1')).headers['x-request-id'])
  assert.deepEqual(
    [absent.name, absent.attributes['http.route'], absent.attributes['url.path'], absent.status],
    ['GET', undefined, '/api/v1/nothing/here', 0],
  )
  const odd = await spanOf((await hub.ask('/api/v1/models', { method: 'PURGE' })).headers['x-request-id'])
  assert.deepEqual([odd.name, odd.attributes['http.request.method']], ['HTTP', '_OTHER'])
})

test('sending a large file is a part of its own, and its address is not told', async () => {
  const bytes = safetensors('large', 5_000_000)
  await writeFile(join(hub.folder, 'large.safetensors'), bytes)
  const version = () => hub.rows("select version_id as id from model_file where name = 'large.safetensors'")[0]
  await eventually(() => version() !== undefined, 'it is indexed')
  const { headers } = await hub.ask(`/api/download/models/${version()?.id}`)
  const { pathname, search } = new URL(String(headers.location))
  const answer = await hub.ask(pathname + search)
  const span = await spanOf(answer.headers['x-request-id'])
  assert.equal(span.attributes['url.path'], `/files/[grant]/large.safetensors`)
  await eventually(() => childrenOf(span).some(({ name }) => name === 'send file'), 'its part arrives')
  const sending = childrenOf(span).find(({ name }) => name === 'send file')
  assert.equal(sending?.attributes['modelkeep.sent_bytes'], bytes.length)
  assert.ok(!collector.bytes().includes(pathname.split('/')[2] ?? assert.fail()))
})

test('a caller that is not traced is not, and a header that says nothing begins a trace', async () => {
  const { headers } = await hub.ask('/api/v1/enums?a', { headers: { traceparent: `00-${traceId}-${callerSpan}-00` } })
  for (const traceparent of ['', 'x', `00-${'0'.repeat(32)}-${callerSpan}-01`, `00-${token}-${callerSpan}-01`]) {
    const answer = await hub.ask('/api/v1/enums?b', { headers: { traceparent } })
    const span = await spanOf(answer.headers['x-request-id'])
    assert.equal(span.parentSpanId, '', traceparent)
  }
  const ids = collector.spans().map(({ attributes }) => attributes['modelkeep.request_id'])
  assert.ok(!ids.includes(String(headers['x-request-id'])))
})

test('no token is in what the collector gets, wherever it was presented', async () => {
  const targets = [
    '/api/v1/me',
    '/api/v1/models',
    '/api/v1/models/1',
    `/api/v1/${token}`,
    `/${token}/x`,
    '/healthz',
    '/docs',
  ]
  let last: unknown
  for (const target of targets)
    for (const asked of [
      { token },
      { headers: { cookie: token, 'user-agent': token, 'x-request-id': token, baggage: `a=${token}` } },
    ])
      last = (await hub.ask(`${target}?token=${token}&x=${token}`, asked)).headers['x-request-id']
  last = (await hub.ask('/api/v1/tags?query=last')).headers['x-request-id']
  await spanOf(last)
  const bytes = collector.bytes()
  assert.ok(collector.spans().length > 20)
  for (const secret of [token, token.slice(3)]) assert.ok(!bytes.includes(secret))
})
