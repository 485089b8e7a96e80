import { childrenOf, proportionalMegabytesOf, residentMegabytesOf } from '../processes.ts'
import type { Finding } from '../report.ts'
import type { BareCatalog } from './bare.ts'
import { type CatalogHub, startCatalogHub } from './hub.ts'
import { mixedTargets } from './mixed-targets.ts'

const longestLoadMs = 25 * 60_000

/** How long the event loop of a hub is held up under a mixed load. */
export async function measureLoopDelay(hub: CatalogHub, bare: BareCatalog): Promise<Finding> {
  await hub.loopDelay()
  await loadMixed(hub, bare, 2000)
  return {
    name: 'event loop delay while 8 clients search and filter, 99th percentile',
    unit: 'ms',
    hub: await hub.loopDelay(),
    target: { atMost: 20 },
  }
}

/** Memory of a hub with two processes, as its owner starts it on two cores; of the process that takes more. */
export async function measureMemory(data: string, bare: BareCatalog, requests: number): Promise<Finding> {
  const hub = await startCatalogHub(data, { on: 'all', workers: 2 })
  try {
    const answered = await loadMixed(hub, bare, requests)
    const workers = await childrenOf(hub.pid)
    const proportional = await Promise.all(workers.map(proportionalMegabytesOf))
    const resident = await Promise.all(workers.map(residentMegabytesOf))
    return {
      name: `memory of one of two workers after ${requests.toLocaleString('en')} mixed requests`,
      unit: 'MB',
      hub: Math.max(...proportional),
      target: { atMost: 350 },
      notes: [
        'Of what processes share, such as the program itself, each its part.',
        `With all of that counted in each: ${Math.round(Math.max(...resident))} MB.`,
        ...(answered < requests ? [`Only ${answered} requests were answered in time.`] : []),
      ],
    }
  } finally {
    await hub.stop()
  }
}

/** Eight clients that search, filter and look up, until so many requests are answered; gives how many were. */
async function loadMixed(hub: CatalogHub, bare: BareCatalog, requests: number): Promise<number> {
  const targets = mixedTargets(bare)
  let answered = 0
  const started = performance.now()
  const ask = async () => {
    while (answered < requests && performance.now() - started < longestLoadMs) {
      answered++
      await hub.ask(targets.next().value)
    }
  }
  await Promise.all(Array.from({ length: 8 }, ask))
  return answered
}
