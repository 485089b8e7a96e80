import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type HubHome, makeHome } from './hub.ts'
import { startWatchedHub, type WatchedHub } from './loop-delay.ts'
import type { BenchServer } from './processes.ts'
import type { Finding } from './report.ts'
import { byTurns, type Effort, median, medians } from './rounds.ts'
import { nginxVersion, startNginx } from './servers/nginx.ts'

const fileBytes = 2_000_000_000
const fileName = 'large.safetensors'
const manyClients = 50
const generator = `bare sockets of Node ${process.version}`

/** Downloads of one large file: how fast beside nginx, and how long many at once hold up the event loop. */
export async function* measureDownloads(directory: string, effort: Effort): AsyncGenerator<Finding> {
  const home = await makeHome(directory)
  const file = join(home.library, fileName)
  await makeLargeFile(file)
  const hub = await startWatchedHub(['serve', home.library, '--data', home.data, '--port', '0'])
  try {
    const path = await addressOf(hub, home)
    yield await measureOne(hub, path, { file, directory, rounds: effort.rounds })
    yield await measureMany(hub, path, effort)
  } finally {
    await hub.stop()
  }
}

/** A model of one tensor that nobody wrote to the disk: all of it is in memory once it was read. */
async function makeLargeFile(path: string): Promise<void> {
  const data = fileBytes - 4096
  const tensors = { weight: { dtype: 'U8', shape: [data], data_offsets: [0, data] } }
  const header = Buffer.from(JSON.stringify(tensors).padEnd(4088))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const handle = await open(path, 'w')
  await handle.writev([length, header])
  await handle.truncate(fileBytes)
  await handle.close()
}

/** Where the hub has the bytes, once it has read the file. */
async function addressOf({ origin }: BenchServer, { token }: HubHome): Promise<string> {
  for (;;) {
    const list = await fetch(`${origin}/api/v1/models?nsfw=true`, { headers: { authorization: `Bearer ${token}` } })
    const { items } = (await list.json()) as { items: { modelVersions: { id: number }[] }[] }
    const version = items[0]?.modelVersions[0]
    if (version) {
      const answer = await fetch(`${origin}/api/download/models/${version.id}`, { redirect: 'manual' })
      return new URL(`${answer.headers.get('location')}`).pathname
    }
    await sleep(200)
  }
}

async function measureOne(
  hub: BenchServer,
  path: string,
  { file, directory, rounds }: { file: string; directory: string; rounds: number },
): Promise<Finding> {
  const contentType = 'application/octet-stream'
  const nginx = await startNginx(join(directory, 'nginx'), [{ path: '/large', file, contentType }])
  try {
    const sides = [() => download(hub, path), () => download(nginx, '/large')]
    // The first round brings the file into memory.
    await byTurns(1, sides)
    const [ours, theirs] = (await byTurns(rounds, sides)).map(medians) as [Download, Download]
    return {
      name: 'download of 2 GB, one client, against nginx with sendfile',
      unit: 'MB/s',
      hub: ours.megabytesPerSecond,
      reference: theirs.megabytesPerSecond,
      against: nginxVersion(),
      busy: { hub: ours.busy, reference: theirs.busy },
      target: { ratio: 0.5 },
      rounds,
      generator,
    }
  } finally {
    await nginx.stop()
  }
}

interface Download extends Record<string, number> {
  megabytesPerSecond: number
  /** Share of one core that the server used. */
  busy: number
}

/** Fetches all of it. @throws unless that is what was to come */
async function download(server: BenchServer, path: string): Promise<Download> {
  const [before, started] = [await server.cpuSeconds(), performance.now()]
  const { socket, received } = discard(server, path)
  await once(socket, 'close')
  const seconds = (performance.now() - started) / 1000
  if (received() < fileBytes || received() > fileBytes + 4096) throw new Error(`${path}: ${received()} bytes came`)
  return { megabytesPerSecond: fileBytes / 1e6 / seconds, busy: ((await server.cpuSeconds()) - before) / seconds }
}

/** Asks for a file and throws away what comes, header and all, always from the same buffer: little else is as cheap. */
function discard({ origin }: BenchServer, path: string): { socket: Socket; received: () => number } {
  const { hostname, port, host } = new URL(origin)
  let count = 0
  const callback = (bytes: number) => {
    count += bytes
    return true
  }
  const socket = connect({ host: hostname, port: Number(port), onread: { buffer: Buffer.alloc(2 ** 20), callback } })
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  return { socket, received: () => count }
}

/** So many clients take the file as fast as they can, each its own way, until the time is over. */
async function measureMany(hub: WatchedHub, path: string, { rounds, seconds }: Effort): Promise<Finding> {
  const results: { delay: number; megabytesPerSecond: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    const clients = Array.from({ length: manyClients }, () => discard(hub, path))
    await Promise.all(clients.map(({ socket }) => once(socket, 'connect')))
    await hub.loopDelay()
    const total = () => clients.reduce((sum, { received }) => sum + received(), 0)
    const [before, started] = [total(), performance.now()]
    await sleep(seconds * 1000)
    const megabytesPerSecond = (total() - before) / 1e3 / (performance.now() - started)
    const delay = await hub.loopDelay()
    if (clients.some(({ socket, received }) => socket.destroyed && received() < fileBytes))
      throw new Error(`${path}: a download was broken off`)
    for (const { socket } of clients) socket.destroy()
    // The first round warms up.
    if (round > 0) results.push({ delay, megabytesPerSecond })
  }
  return {
    name: `event loop delay p99, ${manyClients} clients downloading at once`,
    unit: 'ms',
    hub: median(results.map(({ delay }) => delay)),
    rounds,
    generator,
    target: { atMost: 20 },
    notes: [`Together they got ${Math.round(median(results.map((each) => each.megabytesPerSecond)))} MB/s.`],
  }
}
