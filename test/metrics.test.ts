import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { endpoints } from '../src/endpoints/index.ts'
import { startHub } from './conformance/hub.ts'
import { idsOfKind } from './conformance/library.ts'
import { safetensors } from './conformance/model-file.ts'
import { eventually } from './eventually.ts'
import { assertDescribed, metricsAddress, scrape } from './metrics.fixture.ts'
import { rawRequest, sendRaw } from './raw-http.fixture.ts'

/* What a hub tells Prometheus, at a port of its own. */

const hub = await startHub({
  accounts: ['ada'],
  flags: ['--metrics-port', '0', '--limit-failures', '20/3600', '--limit-token', '30/3600'],
})
after(() => hub.close())
const address = metricsAddress(hub.printed())
const token = await hub.createToken('ada')
const requests = 'modelkeep_http_requests_total'

/** How much a sum grows while something is done; what is counted may be so a moment after its answer. */
async function growth(name: string, labels: Record<string, string>, work: () => Promise<unknown>) {
  const before = (await scrape(address)).sum(name, labels)
  await work()
  return (await scrape(address)).sum(name, labels) - before
}
const times = async (count: number, work: () => Promise<unknown>) => {
  for (let time = 0; time < count; time++) await work()
}

test('the hub itself tells nothing, and what is asked for beside metrics is not there', async () => {
  assert.equal((await hub.ask('/metrics')).status, 404)
  const { origin } = new URL(address)
  for (const [path, init, status] of [
    ['/', {}, 404],
    ['/metrics/', {}, 404],
    ['/metrics', { method: 'POST' }, 405],
    ['/metrics?x=1', { method: 'HEAD' }, 200],
  ] as const)
    assert.equal((await fetch(origin + path, init)).status, status, path)
})

test('requests are counted by endpoint, method, status, category and caller, those that the front answers as well', async () => {
  const labels = { endpoint: '/api/v1/models', method: 'GET', code: '200', category: 'mixed', caller: 'anonymous' }
  const target = '/api/v1/models?limit=2'
  assert.equal(await growth(requests, labels, () => times(20, () => hub.ask(target))), 20)
  const { headers } = await hub.ask(target)
  const unchanged = { headers: { 'if-none-match': String(headers.etag) } }
  for (const [expected, name, wanted, work] of [
    [5, requests, { ...labels, code: '304' }, () => times(5, () => hub.ask(target, unchanged))],
    [3, requests, { ...labels, method: 'HEAD' }, () => times(3, () => hub.ask(target, { method: 'HEAD' }))],
    [2, requests, { ...labels, caller: 'token' }, () => times(2, () => hub.ask(target, { token }))],
    [1, requests, { endpoint: '/api/v1/me', code: '401', caller: 'anonymous' }, () => hub.ask('/api/v1/me')],
    [1, requests, { endpoint: '/api/v1/models/:id', code: '404' }, () => hub.ask('/api/v1/models/123')],
    [1, requests, { endpoint: 'none', code: '404' }, () => hub.ask('/api/v1/no-such')],
    [1, requests, { endpoint: 'none', method: 'other', code: '400' }, () => hub.ask('/%zz')],
    [1, requests, { endpoint: 'none', method: 'other', code: '400' }, () => sendRaw(hub.origin, 'no HTTP\r\n\r\n')],
    [1, requests, { endpoint: '/healthz', category: 'none', code: '200' }, () => hub.ask('/healthz')],
    [1, requests, { endpoint: '/api/auth/*', method: 'GET' }, () => hub.ask('/api/auth/get-session')],
    [
      4,
      'modelkeep_http_request_duration_seconds_count',
      { endpoint: '/healthz' },
      () => times(4, () => hub.ask('/healthz')),
    ],
    [7, 'modelkeep_cache_requests_total', { outcome: 'hit' }, () => times(7, () => hub.ask(target))],
    [1, 'modelkeep_cache_requests_total', { outcome: 'miss' }, () => hub.ask('/api/v1/models?limit=9')],
    [1, 'modelkeep_cache_requests_total', { outcome: 'bypass' }, () => hub.ask(target, { token })],
    [2, 'modelkeep_token_checks_total', { result: 'valid' }, () => times(2, () => hub.ask('/api/v1/me', { token }))],
    [1, 'modelkeep_token_checks_total', { result: 'malformed' }, () => hub.ask('/api/v1/me', { token: 'mk_x' })],
  ] as const)
    assert.equal(await growth(name, wanted, work), expected, `${name} ${JSON.stringify(wanted)}`)
  assert.ok(
    (await growth('modelkeep_database_run_seconds_count', { lane: 'reading' }, () =>
      hub.ask('/api/v1/models?limit=7'),
    )) > 0,
  )
})

test('what the cache made of each request is counted as its answer says', async () => {
  const before = await scrape(address)
  const { host } = new URL(hub.origin)
  const answers: Awaited<ReturnType<typeof sendRaw>> = []
  const said = (text: RegExp) => answers.filter(({ header }) => text.test(header('cache-status') ?? '')).length
  // On connections of their own, since the requests of one connection run one after another; until some waited for another's
  // response.
  for (let limit = 11; limit < 61 && said(/collapsed$/) === 0; limit++) {
    const request = `GET /api/v1/models?limit=${limit} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
    answers.push(...(await Promise.all(Array.from({ length: 21 }, () => sendRaw(hub.origin, request)))).flat())
  }
  await hub.ask('/api/v1/models?limit=11')
  const after = await scrape(address)
  for (const [outcome, text] of [
    ['miss', /stored$/],
    ['collapsed', /collapsed$/],
    ['hit', /; hit/],
  ] as const) {
    const labels = { endpoint: '/api/v1/models', outcome }
    const [first, second] = [before, after].map(({ sum }) => sum('modelkeep_cache_requests_total', labels))
    assert.equal((second ?? 0) - (first ?? 0), said(text) + (outcome === 'hit' ? 1 : 0), outcome)
  }
  assert.ok(said(/collapsed$/) > 0, 'some came together')
})

test('bytes of files are counted as they leave', async () => {
  const { headers } = await hub.ask(`/api/download/models/${idsOfKind(1).versionId}`)
  const { pathname, search } = new URL(String(headers.location))
  const whole = (await hub.ask(pathname + search)).body.length
  const bytes = 'modelkeep_http_file_bytes_total'
  assert.equal(await growth(bytes, {}, () => hub.ask(pathname + search)), whole)
  assert.equal(await growth(bytes, {}, () => hub.ask(pathname + search, { headers: { range: 'bytes=0-99' } })), 100)
  assert.equal(await growth(bytes, {}, () => hub.ask(pathname + search, { method: 'HEAD' })), 0)
})

test('bytes of a large file are counted once the system has taken them, of a transfer that is broken off those alone', async () => {
  const bytes = safetensors('large', 20_000_000)
  await writeFile(join(hub.folder, 'large.safetensors'), bytes)
  const versionId = () =>
    hub.rows("select version_id as id from model_file where name = 'large.safetensors'")[0]?.id as number | undefined
  await eventually(() => versionId() !== undefined, 'it is indexed')
  const { headers } = await hub.ask(`/api/download/models/${versionId()}`)
  const name = 'modelkeep_http_file_bytes_total'
  const location = String(headers.location)
  assert.equal(await growth(name, {}, () => hub.ask(location)), bytes.length)
  const brokenOff = await growth(name, {}, async () => {
    const [answer] = await once(request(location).end(), 'response')
    await once(answer, 'readable')
    answer.destroy()
  })
  assert.ok(brokenOff > 0 && brokenOff < bytes.length, `${brokenOff} bytes`)
})

test('what a process is like is told: the library as it was read, the cache, the version', async () => {
  const { sum } = await scrape(address)
  assert.ok(sum('modelkeep_library_scans_total') >= 1)
  assert.ok(sum('modelkeep_library_hashed_bytes_total') > 0)
  assert.ok(sum('modelkeep_cache_bytes') > 0)
  assert.ok(sum('modelkeep_http_connections') > 0)
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  assert.equal(sum('modelkeep_build_info', { version }), 1)
  assert.ok(sum('process_resident_memory_bytes', { worker: '1' }) > 1e6)
  assert.ok(sum('nodejs_eventloop_lag_p99_seconds', { worker: '1' }) > 0)
})

test('the documentation tells of every metric, with its type and its labels', async () => {
  const { text } = await scrape(address)
  const several = ['modelkeep_workers', 'modelkeep_workers_replaced_total']
  await assertDescribed(text, (name) => !name.startsWith('modelkeep_edge_') && !several.includes(name))
})

test('OpenMetrics is spoken with who asks for it', async () => {
  const answer = await fetch(address, { headers: { accept: 'application/openmetrics-text; version=1.0.0' } })
  assert.match(answer.headers.get('content-type') ?? '', /^application\/openmetrics-text; version=1\.0\.0/)
  const text = await answer.text()
  assert.match(text, /^# TYPE modelkeep_http_requests counter\nmodelkeep_http_requests_total\{/m)
  assert.ok(text.endsWith('\n# EOF\n'))
})

test('whatever clients send, no secret is told, and no series is made of what they choose', async () => {
  const ask = async (round: string) => {
    for (let time = 0; time < 40; time++) {
      const odd = `${round}${time}`
      await hub.ask(`/api/v1/models/${time}?token=${token}&x=${odd}`)
      await hub.ask(`/${odd}/${token}`, { token, headers: { 'x-request-id': odd, 'user-agent': token } })
      await hub.ask(`/api/v1/${odd}?token=${token}`)
      await hub.ask(`/assets/${odd}`)
      await hub.ask(`/api/auth/${odd}`)
      await hub.ask(`/api/v1/tags?query=${odd}`, { headers: { 'accept-encoding': odd, host: `${odd}.example` } })
      await new Promise((resolve) => {
        request(`${hub.origin}/${odd}`, { method: ['PURGE', 'PROPFIND', 'LOCK', 'M-SEARCH'][time % 4] }, (answer) =>
          answer.resume().once('end', resolve),
        ).end()
      })
      await sendRaw(hub.origin, rawRequest(hub.origin, `${odd.toUpperCase()} /${token}`))
    }
  }
  await ask('a')
  const first = await scrape(address)
  await ask('b')
  const second = await scrape(address)
  const own = (text: string) => text.startsWith('modelkeep_http') || text.startsWith('modelkeep_cache')
  const series = ({ values }: typeof first) => [...values.keys()].filter(own)
  assert.deepEqual(series(second).toSorted(), series(first).toSorted())
  for (const secret of [token, token.slice(3)]) assert.ok(!second.text.includes(secret))
  const known = new Set<string | undefined>([
    ...endpoints.map(({ path }) => path),
    'none',
    '/api/auth/*',
    '/assets/*',
    '/healthz',
  ])
  for (const one of series(second)) {
    const endpoint = /endpoint="([^"]*)"/.exec(one)?.[1]
    assert.ok(endpoint === undefined || known.has(endpoint), one)
  }
})

test('refusals for a limit are counted', async () => {
  const name = 'modelkeep_rate_limited_requests_total'
  let count = 0
  await eventually(
    async () => ++count > 0 && (await hub.ask('/api/v1/me', { token: 'mk_y' })).status === 429,
    'it is refused',
  )
  assert.ok((await scrape(address)).sum(name, { limit: 'failures' }) > 0)
  await eventually(async () => (await hub.ask('/api/v1/me', { token })).status === 429, 'it is refused')
  assert.ok((await scrape(address)).sum(name, { limit: 'token' }) > 0)
})
