import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BareCatalog } from '../catalog/bare.ts'
import { mixedTargets } from '../catalog/mixed-targets.ts'
import { seededRandom } from '../catalog/random.ts'
import { type SteadyLoadResult, startSteadyLoad } from '../load/steady-load.ts'
import type { BenchServer } from '../processes.ts'

/** Half of what is asked was not asked before, four of ten requests ask again for something, one has a token. */
const shares = { fresh: 0.5, again: 0.4 }
const mostRemembered = 1000
const clients = 32
const mostInFlight = 256

/** Asks a hub for all kinds of things. */
export interface MixedLoad {
  /** Requests a second that are answered when clients ask as fast as they are answered. */
  peak(seconds: number): Promise<number>
  /** Asks at this rate, whether earlier requests are answered or not, until `signal`. */
  steady(ratePerSecond: number, signal: AbortSignal): Promise<SteadyLoadResult>
  /** Requests that failed so far, and some of the reasons. */
  failures: { count: number; examples: string[] }
  close(): void
}

export function openMixedLoad({ origin }: BenchServer, token: string, bare: BareCatalog): MixedLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: mostInFlight })
  const random = seededRandom(3)
  const targets = mixedTargets(bare)
  const remembered: string[] = []
  const failures: MixedLoad['failures'] = { count: 0, examples: [] }
  let asked = 0

  const fresh = () => {
    const target = targets.next().value
    remembered[asked % mostRemembered] = target
    return target
  }
  const askOne = async () => {
    asked++
    const drawn = random()
    const isPersonal = drawn >= shares.fresh + shares.again
    const again = remembered[Math.floor(random() * remembered.length)]
    const target = isPersonal ? '/api/v1/me' : drawn < shares.fresh ? fresh() : (again ?? fresh())
    try {
      const status = await statusOf(origin + target, agent, isPersonal ? { authorization: `Bearer ${token}` } : {})
      // Ids are drawn from all there are; those of models that are not public are not found.
      if (status !== 200 && status !== 404) throw new Error(`answered ${status}`)
    } catch (error) {
      failures.count++
      if (failures.examples.length < 5)
        failures.examples.push(`${target}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return {
    failures,
    async peak(seconds) {
      const [started, before] = [performance.now(), asked]
      const end = started + seconds * 1000
      const client = async () => {
        while (performance.now() < end) await askOne()
      }
      await Promise.all(Array.from({ length: clients }, client))
      return (asked - before) / ((performance.now() - started) / 1000)
    },
    async steady(ratePerSecond, signal) {
      const load = startSteadyLoad({ ratePerSecond, mostInFlight, send: askOne })
      while (!signal.aborted) await sleep(100)
      return load.stop()
    },
    close: () => agent.destroy(),
  }
}

function statusOf(url: string, agent: Agent, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0)).once('error', reject)
    }).once('error', reject)
  })
}
