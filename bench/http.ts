import autocannon from 'autocannon'
import { type BenchServer, startServer } from './processes.ts'
import type { Finding } from './report.ts'

/** A request that is measured against a bare server that sends the same bytes. */
export interface HttpCase {
  name: string
  path: string
  headers?: Record<string, string>
  /** What the hub's requests a second are to reach, as a share of the bare server's. */
  target?: number
}

export interface Measured {
  requestsPerSecond: number
  p99Milliseconds: number
  /** Share of one core that the server used, all of its processes together: near 1 when it, not the generator of load, was the limit. */
  busy: number
}

const rounds = 3
const warmUpSeconds = 2
const secondsEach = 4
const connections = 32

/** Measures one case, the two servers in turns, and gives the medians of the rounds. */
export async function measureCase(hub: BenchServer, { name, path, headers = {}, target }: HttpCase): Promise<Finding> {
  // As the generator of load asks: it takes no encoding.
  const sample = await fetch(hub.origin + path, { headers: { ...headers, 'accept-encoding': 'identity' } })
  if (sample.status !== 200) throw new Error(`${name}: the hub answered ${sample.status}`)
  const body = Buffer.from(await sample.arrayBuffer())
  const same = Object.fromEntries(
    [...sample.headers].filter(
      ([header]) => !['date', 'connection', 'keep-alive', 'transfer-encoding'].includes(header),
    ),
  )
  const answer = JSON.stringify({ headers: same, bodyBase64: body.toString('base64') })
  const bare = await startServer('bench/bare-server.ts', [], answer)
  const results = { hub: [] as Measured[], bare: [] as Measured[] }
  try {
    for (const server of [hub, bare]) await load(server, path, headers, warmUpSeconds)
    for (let round = 0; round < rounds; round++) {
      results.hub.push(await load(hub, path, headers, secondsEach))
      results.bare.push(await load(bare, path, headers, secondsEach))
    }
  } finally {
    await bare.stop()
  }
  const [ours, theirs] = [median(results.hub), median(results.bare)]
  return {
    name,
    unit: 'req/s',
    hub: ours.requestsPerSecond,
    reference: theirs.requestsPerSecond,
    p99: { hub: ours.p99Milliseconds, reference: theirs.p99Milliseconds },
    busy: { hub: ours.busy, reference: theirs.busy },
    ...(target !== undefined && { target: { ratio: target } }),
  }
}

/** Asks as fast as answers come, over some connections. */
export async function load(
  server: BenchServer,
  path: string,
  headers: Record<string, string>,
  seconds: number,
): Promise<Measured> {
  const before = await server.cpuSeconds()
  const started = performance.now()
  const result = await autocannon({ url: server.origin + path, headers, connections, duration: seconds })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${path}: ${result.non2xx} bad answers, ${result.errors} errors`)
  const busy = (await server.cpuSeconds()) - before
  return {
    requestsPerSecond: Math.round(result.requests.average),
    p99Milliseconds: result.latency.p99,
    busy: busy / ((performance.now() - started) / 1000),
  }
}

/** The round in the middle, by how many requests were answered. */
export function median(rows: Measured[]): Measured {
  const sorted = rows.toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond)
  return sorted[Math.floor(sorted.length / 2)] as Measured
}
