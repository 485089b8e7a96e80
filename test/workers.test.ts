import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { safetensors } from './conformance/model-file.ts'
import { readEvents } from './event-reader.ts'
import { eventually } from './eventually.ts'
import { programIn } from './program.fixture.ts'
import { type Connection, type ManyProcesses, startWorkers } from './workers.fixture.ts'

/* One hub, two processes that serve it: whichever is asked, the hub is the same. The tests follow on each other. */

const directory = await realpath(await mkdtemp(join(tmpdir(), 'modelkeep-workers-')))
const { run, runWell } = programIn(directory)
const folder = join(directory, 'models')
const data = ['--data', join(directory, 'data')]
let hub: ManyProcesses
/** A connection to each worker; the first one leads until it is killed. */
let first: Connection
let second: Connection
let owner: string
const largeBytes = 20_000_000

before(async () => {
  await mkdir(folder)
  await writeFile(join(folder, 'one.safetensors'), safetensors('one', 1000))
  await writeFile(join(folder, 'large.safetensors'), safetensors('large', largeBytes / 2))
  hub = await startWorkers(directory, 2, folder, ...data, '--limit-failures', '60/3600')
  first = await hub.connect(1)
  second = await hub.connect(2)
})
after(async () => {
  for (const connection of [first, second]) connection?.close()
  hub?.stop()
  await hub?.ended
  await rm(directory, { recursive: true })
})

const models = async (
  connection: Connection,
): Promise<{ id: number; name: string; stats: { thumbsUpCount: number } }[]> =>
  (await connection.ask('/api/v1/models')).body.items
const names = async (connection: Connection) => (await models(connection)).map(({ name }) => name).sort()
const makeToken = async () => (await runWell('token', 'create', '--user', 'ada', '--name', 'test', ...data)).trim()

test('both processes serve what the first one has found, and the hub says once where it listens', async () => {
  assert.equal(hub.printed.stdout.match(/listening on/g)?.length, 1)
  assert.equal(hub.printed.stdout.match(/\/setup#/g)?.length, 1)
  for (const connection of [first, second]) {
    assert.equal((await connection.ask('/readyz')).status, 200)
    assert.deepEqual(await names(connection), ['large', 'one'])
  }
})

test('wrong setup codes are counted for the hub as a whole, and the code is that of both processes', async () => {
  const account = { username: 'ada', email: 'ada@example.org', password: 'correct horse battery' }
  const guess = (connection: Connection, code: string, address: string) =>
    connection.ask('/api/v1/setup', { method: 'POST', body: { ...account, code }, address })
  for (let time = 0; time < 10; time++)
    assert.equal((await guess(time % 2 ? first : second, '0000-0000', '10.0.0.1')).status, 403)
  const newCode = /a new one: \S+#(\S+)/
  await eventually(() => newCode.test(hub.printed.stdout), 'the hub tells the new code')
  assert.equal((await guess(second, newCode.exec(hub.printed.stdout)?.[1] ?? '', '10.0.0.2')).status, 201)

  const statuses: number[] = []
  for (let time = 0; time < 30; time++)
    statuses.push((await guess(time % 2 ? first : second, '0000-0000', '10.0.0.1')).status)
  assert.deepEqual(statuses, [...Array(20).fill(403), ...Array(10).fill(429)], 'thirty of one network within a minute')
  owner = await makeToken()
})

test('tries to sign in are counted for the hub as a whole', async () => {
  const statuses: number[] = []
  for (let time = 0; time < 36; time++) {
    const asked = { method: 'POST', body: { code: '123456' }, address: '10.0.0.3' }
    statuses.push((await (time % 2 ? first : second).ask('/api/auth/two-factor/verify-totp', asked)).status)
  }
  assert.equal(statuses.filter((status) => status === 429).length, 6, statuses.join())
})

test('refused tokens are counted for the hub as a whole, and slow no valid one', async () => {
  const bad = { token: 'mk_wrong', address: '10.0.0.4' }
  const left = async (connection: Connection) => {
    const { headers } = await connection.ask('/api/v1/me', bad)
    return Number(/r=(\d+)/.exec(String(headers.ratelimit))?.[1])
  }
  let asked = 0
  for (; asked < 40; asked++) await left(first)
  // The count of the other process arrives soon, not at once.
  await eventually(async () => (await left(second)) <= 60 - ++asked, 'the second process knows of those of the first')
  for (; asked < 60; asked++) await left(second)
  await eventually(async () => (await first.ask('/api/v1/me', bad)).status === 429, 'the first process refuses')
  assert.equal((await second.ask('/api/v1/me', bad)).status, 429)
  assert.equal((await second.ask('/api/v1/me', { ...bad, token: owner })).status, 200)
})

test('a token that one process revokes is refused by the other on its next request', async () => {
  const token = await makeToken()
  for (const connection of [first, second, first, second])
    assert.equal((await connection.ask('/api/v1/me', { token })).status, 200)
  assert.equal((await first.ask('/api/v1/tokens/revoke', { method: 'POST', body: { tokens: [token] } })).status, 202)
  assert.equal((await second.ask('/api/v1/me', { token })).status, 401)
})

test('uses of a token that the other process has seen are told at once', async () => {
  const [{ id }] = JSON.parse(await runWell('token', 'list', '--user', 'ada', '--json', ...data))
  const requests = async (connection: Connection) => {
    const { body } = await connection.ask('/api/v1/me/tokens', { token: owner })
    return body.items.find((token: { id: number }) => token.id === id).secrets[0].clients[0].requests
  }
  const before = await requests(first)
  for (let time = 0; time < 5; time++) await second.ask('/api/v1/me', { token: owner })
  assert.equal(await requests(first), before + 6)
})

test('what one process changes in the catalog, the next anonymous answer of the other shows', async () => {
  const [model] = await models(second)
  const path = `/api/v1/models/${model?.id}`
  const thumbs = async (connection: Connection) => (await connection.ask(path)).body.stats.thumbsUpCount
  assert.deepEqual([await thumbs(first), await thumbs(second)], [0, 0])
  for (const [method, count] of [
    ['PUT', 1],
    ['DELETE', 0],
  ] as const) {
    const { status } = await first.ask(`/api/v1/me/favorites/${model?.id}`, { method, token: owner })
    assert.equal(status, 200)
    assert.equal(await thumbs(second), count)
  }
})

test('one process follows the folders, and owners learn of it from either', async () => {
  const library = async (connection: Connection) => (await connection.ask('/api/v1/library', { token: owner })).body
  for (const connection of [first, second])
    await eventually(async () => (await library(connection)).folders[0].state === 'watched', 'the folder is watched')

  const events = readEvents(await second.open('/api/v1/library/events', { token: owner }))
  await events.next()
  const asking = await hub.connect(2)
  assert.equal((await asking.ask('/api/v1/library/scan', { method: 'POST', token: owner })).status, 202)
  for await (const { event, data } of events) {
    if (event !== 'scanned') continue
    assert.equal((data as { unchanged: number }).unchanged, 2)
    break
  }
  asking.close()

  await writeFile(join(folder, 'two.safetensors'), safetensors('two', 1000))
  second.close()
  second = await hub.connect(2)
  await eventually(async () => (await names(second)).includes('two'), 'the new model is served')
  await eventually(() => followers().length > 0, 'the log tells of it')
  assert.deepEqual(followers(), [1])
})

/** Which process told of each change in the folders. */
const followers = () => hub.log().flatMap(({ msg, worker }) => (msg === 'folders read' ? [worker] : []))

/** Begins to download the large file through one process, and reads nothing of it yet. */
async function beginDownload(worker: number): Promise<{ read(): Promise<number>; close(): void }> {
  const connection = await hub.connect(worker)
  const { items } = (await connection.ask('/api/v1/models')).body
  const { modelVersions } = items.find(({ name }: { name: string }) => name === 'large')
  const { headers } = await connection.ask(`/api/download/models/${modelVersions[0].id}`)
  const { pathname, search } = new URL(String(headers.location))
  const answer = await connection.open(pathname + search)
  return { read: async () => (await buffer(answer)).length, close: connection.close }
}

test('a process that is killed is replaced, another follows the folders, and no other request is touched', async () => {
  const download = await beginDownload(2)
  const killed = hub.pids().get(1) ?? 0
  let answered = 0
  let isAsking = true
  const asking = (async () => {
    for (; isAsking; answered++) assert.equal((await second.ask('/api/v1/models')).status, 200)
  })()
  process.kill(killed, 'SIGKILL')
  await eventually(() => hub.pids().get(1) !== killed, 'it is replaced')
  const before = answered
  await eventually(() => answered > before, 'the other has served on')
  isAsking = false
  await asking
  assert.ok((await download.read()) > largeBytes)
  download.close()
  const told = hub.log().filter(({ msg }) => msg === 'a worker ended, and is replaced')
  assert.deepEqual(
    told.map(({ worker }) => worker),
    [1],
  )

  first.close()
  first = await hub.connect(1)
  assert.equal((await first.ask('/readyz')).status, 200)
  await writeFile(join(folder, 'three.safetensors'), safetensors('three', 1000))
  for (const connection of [first, second])
    await eventually(async () => (await names(connection)).includes('three'), 'the new model is served')
  await eventually(() => followers().length > 1, 'the log tells of it')
  assert.deepEqual(followers(), [1, 2])
})

test('told to end, the hub lets a download end, writes what was counted, and ends well', async () => {
  const download = await beginDownload(1)
  await first.ask('/api/v1/me', { token: owner })
  hub.stop()
  await eventually(async () => {
    const other = createConnection({ host: '127.0.0.1', port: Number(new URL(hub.origin).port) })
    const accepts = await once(other, 'connect').then(
      () => true,
      () => false,
    )
    other.destroy()
    return !accepts
  }, 'nobody is let in any more')
  assert.ok((await download.read()) > largeBytes)
  download.close()
  for (const connection of [first, second]) connection.close()
  assert.equal(await hub.ended, 0, hub.printed.stderr)

  const [{ requests }] = JSON.parse(await runWell('token', 'list', '--user', 'ada', '--json', ...data))
  assert.ok(requests.at(-1).count > 10)
})

test('a port that is taken ends the program at once with one line, however many were to serve', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { code, stdout, stderr } = await run(['serve', folder, ...data, '--workers', '2', '--port', `${port}`])
  other.close()
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /^modelkeep: --port: \d+ is in use on 127\.0\.0\.1 already.*\n$/)
})
