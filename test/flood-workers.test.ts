import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { safetensors } from './conformance/model-file.ts'
import { eventually } from './eventually.ts'
import { metricsAddress, scrape } from './metrics.fixture.ts'
import { programIn } from './program.fixture.ts'
import { type ManyProcesses, startWorkers } from './workers.fixture.ts'

/* A flood of pipelined requests on a hub of two processes, from clients that read slowly or never. */

const models = 12
/** With the descriptions of all models a list has some megabytes: a few of them fill the buffers of a connection. */
const description = 'word '.repeat(60_000)
const neverReading = 12
const pipelined = 60
const slowReading = 4
const pipelinedSlowly = 12

async function makeLibrary(folder: string): Promise<void> {
  await mkdir(folder)
  for (let count = 1; count <= models; count++) {
    await writeFile(join(folder, `fox${count}x.safetensors`), safetensors(`fox${count}x`, 100))
    const info = {
      id: 10 * count,
      modelId: count,
      name: 'v1',
      model: { name: `Fox ${count}`, type: 'LORA', description },
    }
    await writeFile(join(folder, `fox${count}x.civitai.info`), JSON.stringify(info))
  }
}

/** Opens a connection of a network of its own, and sends it requests for whole lists. */
async function pipeline({ origin }: ManyProcesses, network: string, count: number): Promise<Socket> {
  const { hostname, port, host } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  for (let index = 0; index < count; index++)
    socket.write(
      `GET /api/v1/models?limit=${100 - index} HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: ${network}\r\n\r\n`,
    )
  return socket
}

/** Reads a little at a time; returns how many responses there were when `count` have come, or the connection has ended. */
async function readSlowly(socket: Socket, count: number): Promise<number> {
  let rest = ''
  let responses = 0
  for await (const chunk of socket) {
    rest = `${rest.slice(-12)}${(chunk as Buffer).toString('latin1')}`
    responses += rest.split('HTTP/1.1 200').length - 1
    rest = rest.replaceAll('HTTP/1.1 200', '')
    if (responses === count) break
    await pause(1)
  }
  return responses
}

test('clients that do not read get no further work done by any process, and others are answered meanwhile', async () => {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'modelkeep-flood-')))
  const folder = join(directory, 'models')
  const data = ['--data', join(directory, 'data')]
  const { run, runWell } = programIn(directory)
  await makeLibrary(folder)
  const hub = await startWorkers(directory, 2, folder, ...data, '--metrics-port', '0')
  const address = metricsAddress(hub.printed.stdout)
  const sockets: Socket[] = []
  try {
    const added = await run(['user', 'add', 'ada', '--email', 'ada@example.org', ...data], 'correct horse battery')
    assert.equal(added.code, 0, added.stderr)
    const token = (await runWell('token', 'create', '--user', 'ada', '--name', 'test', ...data)).trim()
    const callers = [await hub.connect(1), await hub.connect(2)]
    for (const caller of callers)
      await eventually(
        async () => (await caller.ask('/api/v1/models?limit=1')).body.items.length === 1,
        'it is scanned',
      )
    await eventually(
      async () => (await callers[0]?.ask('/api/v1/models', { token }))?.body.items.length === models,
      'all models are there',
    )

    /** How many requests for lists both processes have processed, whether or not their responses were sent. */
    const processed = async () =>
      (await scrape(address)).sum('modelkeep_http_requests_total', { endpoint: '/api/v1/models' })
    const before = await processed()
    for (let index = 0; index < neverReading; index++) sockets.push(await pipeline(hub, `10.1.0.${index}`, pipelined))
    const slow = await Promise.all(
      Array.from({ length: slowReading }, (_, index) => pipeline(hub, `10.2.0.${index}`, pipelinedSlowly)),
    )
    sockets.push(...slow)
    const slowly = Promise.all(slow.map((socket) => readSlowly(socket, pipelinedSlowly)))

    /** Sends requests to both processes; returns how many. */
    const askAsOthers = async (): Promise<number> => {
      for (let count = 0; count < 20; count++)
        for (const caller of callers) {
          const list = await caller.ask('/api/v1/models?limit=1', { token, address: '10.1.0.1' })
          assert.deepEqual([list.status, list.body.items.length], [200, 1], 'an account in a network of the flood')
          const { status } = await caller.ask('/api/v1/models?limit=2', { address: '10.3.0.1' })
          assert.equal(status, 200, 'an anonymous caller of another network')
        }
      return 20 * 2 * callers.length
    }
    const asked = await askAsOthers()
    assert.deepEqual(await slowly, Array(slowReading).fill(pipelinedSlowly), 'who reads slowly gets every response')
    const during = await processed()
    const ofFlood = during - before - asked - slowReading * pipelinedSlowly
    assert.ok(
      ofFlood >= 1 && ofFlood < (neverReading * pipelined) / 4,
      `${ofFlood} requests of the flood were processed`,
    )
    const askedLater = await askAsOthers()
    assert.equal(await processed(), during + askedLater, 'nothing of the flood is processed further')
    assert.equal(hub.log().filter(({ msg }) => msg === 'a worker ended, and is replaced').length, 0)
    for (const caller of callers) caller.close()
  } finally {
    for (const socket of sockets) socket.destroy()
    hub.stop()
    assert.equal(await hub.ended, 0, hub.printed.stderr)
    await rm(directory, { recursive: true })
  }
})
