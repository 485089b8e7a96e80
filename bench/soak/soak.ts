import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BareCatalog, openBareCatalog } from '../catalog/bare.ts'
import { type HubHome, makeHome } from '../hub.ts'
import { modelFile } from '../library-check.ts'
import { startWatchedHub } from '../loop-delay.ts'
import { childrenOf } from '../processes.ts'
import { type Finding, short } from '../report.ts'
import { median } from '../rounds.ts'
import { connectToEach } from './connections.ts'
import { editAndRead } from './edits.ts'
import { openMixedLoad } from './load.ts'
import { slope, type Vitals, watchVitals } from './vitals.ts'

const modelCount = 100_000
const workers = 2
/** So few that the cache is full within minutes: what grows after that is something else. */
const cacheMegabytes = 32
const shareOfPeak = 0.7
const [warmUpSeconds, peakSeconds] = [15, 15]
const editedModels = 200
const importPauseMilliseconds = 500

/**
 * A hub with two processes under a steady load for many minutes, 0.7 of what it can answer, while files come into its folder and
 * models are edited: whether anything fails, grows, or is not seen.
 */
export async function* measureSoak(directory: string, minutes: number): AsyncGenerator<Finding> {
  const home = await makeHome(directory, modelCount)
  const sizes = ['--workers', `${workers}`, '--cache-megabytes', `${cacheMegabytes}`]
  const args = ['serve', home.library, '--data', home.data, '--port', '0', ...sizes]
  const hub = await startWatchedHub(args, { on: 'all' })
  const bare = openBareCatalog(join(home.data, 'modelkeep.db'))
  const load = openMixedLoad(hub, home.token, bare)
  const pids = await childrenOf(hub.pid)
  const connections = await connectToEach(hub.origin, pids)
  const ending = new AbortController()
  const { signal } = ending
  const editing = { connections, modelIds: somePublic(bare), token: home.token, data: home.data, signal }
  // From the beginning, so that the peak is one with imports and edits going on.
  const meanwhile = Promise.all([editAndRead(editing), addFiles(home, signal)])
  try {
    meanwhile.catch(() => undefined)
    await load.peak(warmUpSeconds)
    const peak = await load.peak(peakSeconds)
    const rate = Math.round(shareOfPeak * peak)
    const end = AbortSignal.timeout(minutes * 60_000)
    const [steady, vitals] = await Promise.all([load.steady(rate, end), watchVitals(hub, pids, end)])
    ending.abort()
    const [edits, added] = await meanwhile
    if (edits.warm === 0) throw new Error('no edit had anything in a cache to drop')
    const name = `soak of ${minutes} minutes`
    yield {
      name: `${name}: mixed requests at 0.7 of the peak, answered`,
      unit: 'req/s',
      hub: steady.requestsPerSecond,
      reference: rate,
      against: 'the rate that was asked for',
      p50: { hub: steady.p50Milliseconds },
      p99: { hub: steady.p99Milliseconds },
      target: { ratio: 0.99 },
      notes: [`The peak, with imports and edits going on, was ${short(peak)} req/s.`],
    }
    const errors = { hub: load.failures.count, target: { atMost: 0 }, notes: load.failures.examples }
    yield { name: `${name}: requests that failed`, unit: 'count', ...errors }
    const warm = `${edits.edits} edits; ${edits.warm} of ${edits.reads} reads before them came from a cache.`
    const lost = { hub: edits.lost, target: { atMost: 0 }, notes: [warm, ...edits.examples] }
    yield { name: `${name}: reads that did not show an edit`, unit: 'count', ...lost }
    const unknown = added - (await knownFiles(hub.origin, home.token, added))
    const imported = { hub: unknown, target: { atMost: 0 }, notes: [`${added} files were added.`] }
    yield { name: `${name}: files that were added and not imported`, unit: 'count', ...imported }
    yield* ofVitals(name, pids, vitals)
  } finally {
    ending.abort()
    await meanwhile.catch(() => undefined)
    for (const connection of connections) connection.close()
    load.close()
    bare.close()
    await hub.stop()
  }
}

/** Of the process that fares worst. */
function* ofVitals(name: string, pids: readonly number[], vitals: readonly Vitals[]): Generator<Finding> {
  const perProcess = pids.map((pid) => vitals.filter((each) => each.pid === pid))
  const half = (vitals.at(-1)?.minutes ?? 0) / 2
  const worst = (of: (samples: Vitals[]) => number) => Math.max(...perProcess.map(of))
  const perMinute = (of: (sample: Vitals) => number) =>
    [...Map.groupBy(vitals, ({ minutes }) => Math.floor(minutes)).values()].map((minute) => Math.max(...minute.map(of)))
  yield {
    name: `${name}: resident memory of a worker at the end`,
    unit: 'MB',
    hub: worst((samples) => samples.at(-1)?.megabytes ?? 0),
    perMinute: perMinute(({ megabytes }) => megabytes),
  }
  const late = (samples: Vitals[]) => samples.filter(({ minutes }) => minutes >= half)
  yield {
    name: `${name}: growth of a worker's memory over the second half`,
    unit: 'MB/min',
    target: { atMost: 1 },
    hub: worst((samples) => slope(late(samples).map(({ minutes, megabytes }) => [minutes, megabytes]))),
  }
  yield {
    name: `${name}: event loop delay, 99th percentile, median of all samples`,
    unit: 'ms',
    hub: worst((samples) => median(samples.map((each) => each.loopDelayMilliseconds))),
    perMinute: perMinute(({ loopDelayMilliseconds }) => loopDelayMilliseconds),
  }
  yield {
    name: `${name}: descriptors other than sockets, more in the second half than in the first`,
    unit: 'count',
    target: { atMost: 0 },
    hub: worst((samples) => {
      const early = samples.filter(({ minutes }) => minutes < half)
      return median(late(samples).map((each) => each.descriptors)) - median(early.map((each) => each.descriptors))
    }),
    perMinute: perMinute(({ descriptors }) => descriptors),
  }
}

/** Models that everybody sees. */
const somePublic = (bare: BareCatalog) => bare.ids('nsfw_level & 1', 'id desc', editedModels)

/** Adds a small model file twice a second until `signal`; gives how many. */
async function addFiles({ library }: HubHome, signal: AbortSignal): Promise<number> {
  let added = 0
  while (!signal.aborted) {
    await writeFile(join(library, `added ${added}.safetensors`), modelFile(added))
    added++
    await sleep(importPauseMilliseconds)
  }
  return added
}

/** How many files the hub knows, once it knows that many or had half a minute for it. */
async function knownFiles(origin: string, token: string, expected: number): Promise<number> {
  const end = performance.now() + 30_000
  for (;;) {
    const answer = await fetch(`${origin}/api/v1/library`, { headers: { authorization: `Bearer ${token}` } })
    const { folders } = (await answer.json()) as { folders: { modelFiles: number }[] }
    const known = folders[0]?.modelFiles ?? 0
    if (known >= expected || performance.now() > end) return known
    await sleep(500)
  }
}
