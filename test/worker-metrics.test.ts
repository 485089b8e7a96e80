import assert from 'node:assert/strict'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { safetensors } from './conformance/model-file.ts'
import { eventually } from './eventually.ts'
import { metricsAddress, type Scrape, scrape } from './metrics.fixture.ts'
import { type Connection, type ManyProcesses, startWorkers } from './workers.fixture.ts'

/* One scrape tells of the whole hub, however many processes serve it, and also when one of them was replaced. */

const directory = await realpath(await mkdtemp(join(tmpdir(), 'modelkeep-metrics-')))
let hub: ManyProcesses
let address: string
let first: Connection
let second: Connection

before(async () => {
  const folder = join(directory, 'models')
  await mkdir(folder)
  await writeFile(join(folder, 'one.safetensors'), safetensors('one', 1000))
  hub = await startWorkers(directory, 2, folder, '--data', join(directory, 'data'), '--metrics-port', '0')
  address = metricsAddress(hub.printed.stdout)
  first = await hub.connect(1)
  second = await hub.connect(2)
})
after(async () => {
  for (const connection of [first, second]) connection?.close()
  hub?.stop()
  await hub?.ended
  await rm(directory, { recursive: true })
})

const name = 'modelkeep_http_requests_total'
const labels = { endpoint: '/api/v1/models', code: '200' }
const asks = async (connection: Connection, times: number) => {
  for (let time = 0; time < times; time++) assert.equal((await connection.ask('/api/v1/models?limit=1')).status, 200)
}

test('what both processes have counted is one', async () => {
  const before = (await scrape(address)).sum(name, labels)
  await asks(first, 7)
  await asks(second, 5)
  const scraped = await scrape(address)
  assert.equal(scraped.sum(name, labels) - before, 12)
  assert.equal(scraped.sum('modelkeep_workers'), 2)
  assert.equal(scraped.sum('modelkeep_build_info'), 1, 'and not once for each')
  assert.equal(scraped.sum('modelkeep_library_scans_total'), 1)
  for (const worker of ['1', '2']) assert.ok(scraped.sum('process_resident_memory_bytes', { worker }) > 1e6)
})

test('no count runs backwards while a process is killed and replaced', async () => {
  let last = await scrape(address)
  const isCount = (series: string) => /_(?:total|bucket|count|sum)\b/.test(series) && !/^nodejs_active/.test(series)
  const see = async (): Promise<Scrape> => {
    const next = await scrape(address)
    for (const [series, value] of last.values)
      if (isCount(series)) assert.ok((next.values.get(series) ?? 0) >= value, `${series}: ${value} before`)
    last = next
    return next
  }
  const killed = hub.pids().get(1) ?? 0
  process.kill(killed, 'SIGKILL')
  await eventually(async () => (await see()).sum('modelkeep_workers') === 1, 'it is gone')
  await eventually(async () => (await see()).sum('modelkeep_workers') === 2, 'it is replaced')
  assert.equal(last.sum('modelkeep_workers_replaced_total'), 1)
  first.close()
  first = await hub.connect(1)
  const before = (await see()).sum(name, labels)
  await asks(first, 3)
  await asks(second, 4)
  assert.equal((await see()).sum(name, labels) - before, 7)
})
