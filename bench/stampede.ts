import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { startHub } from './hub.ts'
import { type BenchServer, program, startServer } from './processes.ts'
import type { Finding } from './report.ts'
import type { Effort } from './rounds.ts'

const clients = 1000
const modelCount = 10_000
/** An origin that answers sooner might be asked again by who came late, and would have been answered from the cache then. */
const originMilliseconds = 200

/** How often an answer is made that a thousand clients want at once, and nobody before. The worst of all rounds. */
export async function* measureStampede(directory: string, { rounds }: Effort): AsyncGenerator<Finding> {
  const home = await startHub(directory, modelCount)
  try {
    const made: number[] = []
    for (let round = 0; round < rounds; round++) {
      // A page that nothing has asked for.
      const answers = await askAtOnce(home.hub, `/api/v1/models?limit=${50 + round}&sort=Newest`)
      made.push(answers.filter(({ cacheStatus }) => isMade(cacheStatus)).length)
    }
    yield finding('answers made by the hub', made)
  } finally {
    await home.hub.stop()
  }
  yield* behindEdge(rounds)
}

/** The same with `modelkeep edge` before an origin that counts. */
async function* behindEdge(rounds: number): AsyncGenerator<Finding> {
  const body = JSON.stringify({ items: 'x'.repeat(300_000) })
  let asked = 0
  const origin = createServer(async (request, response) => {
    if (request.url?.startsWith('/cold')) asked++
    await sleep(originMilliseconds)
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'public, max-age=60' }).end(body)
  }).listen(0, '127.0.0.1')
  await once(origin, 'listening')
  const address = origin.address()
  if (!address || typeof address !== 'object') throw new Error('the origin has no address')
  const args = ['edge', '--origin', `http://127.0.0.1:${address.port}`, '--port', '0']
  const edge = await startServer(program, args)
  try {
    const calls: number[] = []
    for (let round = 0; round < rounds; round++) {
      asked = 0
      await askAtOnce(edge, `/cold/${round}`)
      calls.push(asked)
    }
    yield finding('calls of the origin behind modelkeep edge', calls)
  } finally {
    await edge.stop()
    origin.close()
    origin.closeAllConnections()
  }
}

const finding = (what: string, counts: readonly number[]): Finding => ({
  name: `${clients.toLocaleString('en')} clients at once on one cold key: ${what}`,
  unit: 'count',
  hub: Math.max(...counts),
  rounds: counts.length,
  target: { atMost: 1 },
  // None at all would mean that the key was not cold.
  notes: counts.includes(0) ? ['In some round nothing was counted: the figure is not to be believed.'] : [],
})

/** An answer was made for this request, rather than taken from the cache or from whom it waited for (RFC 9211 §2). */
const isMade = (cacheStatus: string) => !/; (?:hit|collapsed)\b/.test(cacheStatus)

/** Opens all connections first, so that the requests themselves are all there at once. */
async function askAtOnce({ origin }: BenchServer, path: string): Promise<{ cacheStatus: string }[]> {
  const agents = Array.from({ length: clients }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  try {
    await Promise.all(agents.map((agent) => ask(agent, `${origin}/healthz`)))
    return await Promise.all(agents.map((agent) => ask(agent, origin + path)))
  } finally {
    for (const agent of agents) agent.destroy()
  }
}

async function ask(agent: Agent, url: string): Promise<{ cacheStatus: string }> {
  const asking = get(url, { agent })
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  if (answer.statusCode !== 200) throw new Error(`${url}: answered ${answer.statusCode}`)
  answer.resume()
  await once(answer, 'end')
  return { cacheStatus: `${answer.headers['cache-status']}` }
}
