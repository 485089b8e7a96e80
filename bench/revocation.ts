import { Agent, get } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { makeHome, serveHome } from './hub.ts'
import { startSteadyLoad } from './load/steady-load.ts'
import type { BenchServer } from './processes.ts'
import type { Finding } from './report.ts'

const ratePerSecond = 2000
const mostInFlight = 256
const rounds = 25
const warmUpMilliseconds = 3000
/** So long a token is used before it is revoked, and watched after it was refused. */
const useMilliseconds = 150
const fewestUses = 10
const longestMilliseconds = 10_000

/**
 * How soon a token that is in steady use is refused once its revocation is acknowledged: revoked by the process that
 * answers for it, and by another one that serves the same data. Every second request of the load comes with that token.
 */
export async function* measureRevocation(directory: string): AsyncGenerator<Finding> {
  const home = await makeHome(directory)
  const { token } = home
  // A client that goes on with a refused token is soon told to wait (429) instead of being refused.
  const start = () => serveHome(home, ['--limit-failures', 'off'])
  const hub = await start()
  try {
    yield* measureFrom('by the process that answers', { hub, revoker: hub, token })
    const other = await start()
    try {
      yield* measureFrom('by another process', { hub, revoker: other, token })
    } finally {
      await other.stop()
    }
  } finally {
    await hub.stop()
  }
}

interface Setting {
  /** Answers the load. */
  hub: BenchServer
  /** Is told to revoke. */
  revoker: BenchServer
  /** Of the load, and of who makes and revokes the others. */
  token: string
}

interface Round {
  /** Requests that began after the revocation was acknowledged and were answered all the same. */
  accepted: number
  /** From the acknowledgement until the first refusal that no acceptance followed. */
  milliseconds: number
}

async function* measureFrom(where: string, { hub, revoker, token }: Setting): AsyncGenerator<Finding> {
  const agent = new Agent({ keepAlive: true, maxSockets: mostInFlight + 1 })
  let victim: Victim | undefined
  const startLoad = () =>
    startSteadyLoad({
      ratePerSecond,
      mostInFlight,
      async send(number) {
        if (victim && number % 2 === 1) return victim.use()
        const status = await statusOf(hub, token, agent)
        if (status !== 200) throw new Error(`the token of the load: the hub answered ${status}`)
      },
    })
  const warmUp = startLoad()
  await pause(warmUpMilliseconds)
  await warmUp.stop()
  const load = startLoad()
  const [cpuBefore, started] = [await hub.cpuSeconds(), performance.now()]
  const results: Round[] = []
  for (let round = 0; round < rounds; round++) {
    const made = await makeToken(revoker, token)
    victim = watchedToken(() => statusOf(hub, made.text, agent))
    await pause(useMilliseconds)
    await victim.isInUse()
    await revoke(revoker, token, made.id)
    victim.acknowledge()
    results.push(await victim.refused())
  }
  const busy = ((await hub.cpuSeconds()) - cpuBefore) / ((performance.now() - started) / 1000)
  const { requestsPerSecond, p99Milliseconds } = await load.stop()
  agent.destroy()

  const times = results.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const accepted = results.reduce((sum, round) => sum + round.accepted, 0)
  const name = `${rounds} tokens revoked ${where}`
  yield {
    name: `${name}: load, GET /api/v1/me at a steady ${ratePerSecond.toLocaleString('en')} req/s`,
    unit: 'req/s',
    hub: requestsPerSecond,
    p99: { hub: p99Milliseconds },
    busy: { hub: busy },
  }
  yield { name: `${name}: requests accepted afterwards`, unit: 'count', hub: accepted, target: { atMost: 0 } }
  yield { name: `${name}: until refused, median`, unit: 'ms', hub: times[Math.floor(rounds / 2)] ?? 0 }
  yield { name: `${name}: until refused, longest`, unit: 'ms', hub: times.at(-1) ?? 0, target: { atMost: 1000 } }
}

/** A token that is used all the time, and what became of its uses. */
interface Victim {
  use(): Promise<void>
  /** Waits until it was accepted several times. */
  isInUse(): Promise<void>
  /** Its revocation was answered just now: one more use begins at once. */
  acknowledge(): void
  /** Waits until it is refused and goes on to watch for a while. */
  refused(): Promise<Round>
}

function watchedToken(ask: () => Promise<number>): Victim {
  let acknowledgedAt = Infinity
  const accepted = { before: 0, after: 0 }
  let refusedAt: number | undefined
  const use = async () => {
    const startedAt = performance.now()
    const status = await ask()
    if (status !== 200 && status !== 401) throw new Error(`a token that is revoked: the hub answered ${status}`)
    if (startedAt < acknowledgedAt) {
      if (status === 200) accepted.before++
    } else if (status === 401) refusedAt ??= performance.now()
    else {
      accepted.after++
      refusedAt = undefined
    }
  }
  return {
    use,
    async isInUse() {
      const end = performance.now() + longestMilliseconds
      while (accepted.before < fewestUses) {
        if (performance.now() > end) throw new Error('a new token is not accepted')
        await pause(5)
      }
    },
    acknowledge() {
      acknowledgedAt = performance.now()
      void use()
    },
    async refused() {
      while (refusedAt === undefined || performance.now() - refusedAt < useMilliseconds) {
        if (performance.now() - acknowledgedAt > longestMilliseconds) throw new Error('a revoked token is not refused')
        await pause(5)
      }
      return { accepted: accepted.after, milliseconds: refusedAt - acknowledgedAt }
    },
  }
}

function statusOf({ origin }: BenchServer, token: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    get(`${origin}/api/v1/me`, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0)).once('error', reject)
    }).once('error', reject)
  })
}

async function makeToken({ origin }: BenchServer, token: string): Promise<{ id: number; text: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ name: 'victim', scope: 'ReadOnly' })
  const answer = await fetch(`${origin}/api/v1/me/tokens`, { method: 'POST', headers, body })
  if (answer.status !== 201) throw new Error(`making a token: the hub answered ${answer.status}`)
  const made = (await answer.json()) as { id: number; token: string }
  return { id: made.id, text: made.token }
}

async function revoke({ origin }: BenchServer, token: string, id: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${origin}/api/v1/me/tokens/${id}`, { method: 'DELETE', headers })
  if (answer.status !== 200) throw new Error(`revoking a token: the hub answered ${answer.status}`)
}
