import type { Generator, LoadResult } from './load/generator.ts'
import type { BenchServer } from './processes.ts'
import type { Finding } from './report.ts'
import { byTurns, type Effort, medians } from './rounds.ts'

/** One of the servers that are measured beside each other, and what it is asked. */
export interface Side {
  server: BenchServer
  path: string
  headers?: Record<string, string>
}

export interface Measured extends LoadResult, Record<string, number> {
  /** Share of one core that the server used, all of its processes together. */
  busy: number
}

/** What a side answers, as the generator of load asks: it takes no encoding. */
export interface Sample {
  status: number
  headers: Headers
  body: Buffer
}

const warmUpSeconds = 2

/** Puts the sides under load by turns; gives the medians of each. */
export async function measureSides(
  sides: readonly Side[],
  generator: Generator,
  { rounds, seconds }: Effort,
): Promise<Measured[]> {
  const loadOf = (side: Side, seconds: number) => () => load(side, generator, seconds)
  await byTurns(
    1,
    sides.map((side) => loadOf(side, Math.min(seconds, warmUpSeconds))),
  )
  const results = await byTurns(
    rounds,
    sides.map((side) => loadOf(side, seconds)),
  )
  return results.map(medians)
}

async function load({ server, path, headers = {} }: Side, generator: Generator, seconds: number): Promise<Measured> {
  const before = await server.cpuSeconds()
  const result = await generator.load({ url: server.origin + path, headers, seconds })
  return { ...result, busy: ((await server.cpuSeconds()) - before) / result.seconds }
}

export async function sampleOf({ server, path, headers = {} }: Side): Promise<Sample> {
  const answer = await fetch(server.origin + path, { headers: { ...headers, 'accept-encoding': 'identity' } })
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) }
}

/** @throws unless all sides answer with this status and the same bytes */
export async function assertSame(sides: readonly Side[], status: number, ask = sampleOf): Promise<void> {
  const [first, ...others] = await Promise.all(sides.map(ask))
  for (const sample of [first, ...others]) {
    if (sample?.status !== status) throw new Error(`${sides[0]?.path}: answered ${sample?.status}, not ${status}`)
    if (!first?.body.equals(sample.body)) throw new Error(`${sides[0]?.path}: the sides do not send the same bytes`)
  }
}

/** What was measured of the hub beside what was measured of a reference. */
export function beside(ours: Measured, theirs: Measured): Pick<Finding, 'hub' | 'reference' | 'p50' | 'p99' | 'busy'> {
  return {
    hub: ours.requestsPerSecond,
    reference: theirs.requestsPerSecond,
    p50: { hub: ours.p50Milliseconds, reference: theirs.p50Milliseconds },
    p99: { hub: ours.p99Milliseconds, reference: theirs.p99Milliseconds },
    busy: { hub: ours.busy, reference: theirs.busy },
  }
}
