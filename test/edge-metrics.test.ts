import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { eventually } from './eventually.ts'
import { assertDescribed, metricsAddress, scrape } from './metrics.fixture.ts'
import { programIn } from './program.fixture.ts'
import { sendRaw } from './raw-http.fixture.ts'

/* What `modelkeep edge` tells Prometheus. */

const origin = createServer((request, response) => {
  const headers = { etag: '"a"', 'cache-control': cachingOf[request.url ?? ''] ?? 'no-store' }
  if (request.url === '/silent') return
  if (request.url === '/broken' || (request.url === '/failing' && hasFailed)) return void response.destroy()
  hasFailed ||= request.url === '/failing'
  if (request.headers['if-none-match'] !== undefined) return void response.writeHead(304, headers).end()
  setTimeout(() => response.writeHead(200, headers).end('hello'), request.url === '/slow' ? 300 : 0)
})
let hasFailed = false
const cachingOf: Record<string, string> = {
  '/failing': 'max-age=0, stale-if-error=60',
  '/fresh': 'max-age=60',
  '/slow': 'max-age=60',
  '/old': 'max-age=0',
  '/refreshed': 'max-age=0, stale-while-revalidate=60',
}
await once(origin.listen(0, '127.0.0.1'), 'listening')
const directory = await mkdtemp(join(tmpdir(), 'modelkeep-edge-metrics-'))
const { child, printed, ended } = programIn(directory).start(
  'edge',
  '--origin',
  `http://127.0.0.1:${(origin.address() as AddressInfo).port}`,
  '--origin-timeout',
  '1',
  '--port',
  '0',
  '--metrics-port',
  '0',
)
after(async () => {
  child.kill('SIGTERM')
  await ended
  origin.close().closeAllConnections()
  await rm(directory, { recursive: true })
})
await eventually(() => printed.stdout.includes('metrics at') || child.exitCode !== null, 'it listens')
const address = metricsAddress(printed.stdout)
const edge = /^modelkeep edge listening on (\S+)$/m.exec(printed.stdout)?.[1] ?? assert.fail(printed.stderr)
const ask = async (path: string, init?: RequestInit) => (await fetch(edge + path, init)).text()
/** Nobody else waits for the answer to a POST. */
const askAndLeave = (path: string) =>
  assert.rejects(ask(path, { method: 'POST', signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' })

test('requests are counted by what the cache had to do with them, and what the origin said by its status', async () => {
  const requests = 'modelkeep_edge_requests_total'
  const asked = 'modelkeep_edge_origin_requests_total'
  for (const [name, labels, work] of [
    [requests, { method: 'GET', code: '200', outcome: 'miss' }, () => ask('/fresh')],
    [requests, { method: 'GET', code: '200', outcome: 'hit' }, () => ask('/fresh')],
    [requests, { method: 'HEAD', code: '200', outcome: 'hit' }, () => ask('/fresh', { method: 'HEAD' })],
    [
      requests,
      { code: '304', outcome: 'hit' },
      () => ask('/fresh', { headers: { 'if-none-match': '"a"', 'cache-control': 'max-age=60' } }),
    ],
    [requests, { code: '200', outcome: 'collapsed' }, () => Promise.all([ask('/slow'), ask('/slow')])],
    [requests, { code: '200', outcome: 'miss' }, () => ask('/old')],
    [requests, { code: '200', outcome: 'revalidated' }, () => ask('/old')],
    [asked, { code: '304' }, () => ask('/old')],
    [requests, { outcome: 'miss' }, () => ask('/refreshed')],
    [requests, { outcome: 'stale' }, () => ask('/refreshed')],
    [requests, { method: 'POST', outcome: 'bypass' }, () => ask('/x', { method: 'POST' })],
    [requests, { method: 'other', outcome: 'bypass' }, () => ask('/x', { method: 'PROPFIND' })],
    [requests, { code: '502', outcome: 'none' }, () => ask('/broken')],
    [asked, { code: 'unreachable' }, () => ask('/broken')],
    [asked, { code: 'timeout' }, () => ask('/silent')],
    [asked, { code: 'left' }, () => askAndLeave('/slow')],
    [requests, { outcome: 'miss' }, () => ask('/failing')],
    [requests, { code: '200', outcome: 'stale' }, () => ask('/failing')],
    [requests, { code: '504', outcome: 'none' }, () => ask('/y', { headers: { 'cache-control': 'only-if-cached' } })],
    [requests, { method: 'other', code: '400', outcome: 'none' }, () => sendRaw(edge, 'no HTTP\r\n\r\n')],
    ['modelkeep_edge_request_duration_seconds_count', { outcome: 'hit' }, () => ask('/fresh')],
    ['modelkeep_edge_origin_duration_seconds_count', {}, () => ask('/new')],
  ] as [name: string, labels: Record<string, string>, work: () => Promise<unknown>][]) {
    const before = (await scrape(address)).sum(name, labels)
    await work()
    // It is counted once the answer has left, which may be a moment after it has arrived.
    const grown = async () => (await scrape(address)).sum(name, labels) - before
    await eventually(async () => (await grown()) > 0, `${name} ${JSON.stringify(labels)}`)
    assert.equal(await grown(), 1, `${name} ${JSON.stringify(labels)}`)
  }
})

test('what is kept is told as it is now, and who runs', async () => {
  await ask('/fresh')
  const kept = async () => (await scrape(address)).sum('modelkeep_cache_answers')
  const before = await kept()
  await ask('/fresh', { method: 'DELETE' })
  assert.equal(await kept(), before - 1, 'an unsafe method drops what is kept')
  await ask('/fresh')
  const { sum, text } = await scrape(address)
  assert.equal(sum('modelkeep_cache_answers'), before)
  assert.ok(sum('modelkeep_cache_bytes') > 0)
  assert.ok(sum('modelkeep_http_connections') > 0)
  assert.ok(sum('process_resident_memory_bytes') > 0)
  const own = /^modelkeep_(?:edge_|cache_(?:answers|bytes|evictions)|http_connections|build_)/
  await assertDescribed(text, (name) => own.test(name))
  assert.match(text, /^modelkeep_build_info\{version="[^"]+",node="[^"]+"\} 1$/m)
})
