import { modelSorts } from '../src/catalog/enums.ts'
import { pickFrom, seededRandom } from './catalog/random.ts'
import { baseModels, modelTypes, word } from './catalog/vocabulary.ts'
import { startHub } from './hub.ts'
import type { BenchServer } from './processes.ts'
import type { Finding } from './report.ts'

const modelCount = 100_000
const requestCount = 4000
const inFlight = 8
const longestMilliseconds = 90_000

/** Resident memory (10^6 bytes) of a hub once it has answered thousands of requests that are almost all different. */
export async function* measureMemory(directory: string): AsyncGenerator<Finding> {
  const { hub } = await startHub(directory, modelCount)
  try {
    const targets = variedTargets(await knownModels(hub))
    const started = performance.now()
    let answered = 0
    const ask = async () => {
      while (answered < requestCount && performance.now() - started < longestMilliseconds) {
        answered++
        const target = targets.next().value
        const answer = await fetch(hub.origin + target)
        await answer.arrayBuffer()
        if (!answer.ok) throw new Error(`${target}: the hub answered ${answer.status}`)
      }
    }
    await Promise.all(Array.from({ length: inFlight }, ask))
    const name = 'resident memory, 100,000 models, after 4,000 varied requests'
    const notes = answered < requestCount ? [`Only ${answered} requests were answered in time.`] : []
    yield { name, unit: 'MB', hub: await hub.residentMegabytes(), target: { atMost: 400 }, notes }
  } finally {
    await hub.stop()
  }
}

interface KnownModel {
  id: number
  modelVersions: { id: number; files: { hashes: Record<string, string> }[] }[]
}

/** A thousand models, from ten pages of the list. */
async function knownModels(hub: BenchServer): Promise<KnownModel[]> {
  const known: KnownModel[] = []
  let next: string | undefined = `${hub.origin}/api/v1/models?limit=100`
  for (let page = 0; page < 10 && next !== undefined; page++) {
    const { items, metadata } = (await (await fetch(next)).json()) as {
      items: KnownModel[]
      metadata: { nextPage?: string }
    }
    known.push(...items)
    next = metadata.nextPage
  }
  return known
}

/** What tools ask: lists by filter, order and search, single models, versions, look-ups by hash. */
function* variedTargets(known: readonly KnownModel[]): Generator<string, never> {
  const random = seededRandom(7)
  const pick = pickFrom(random)
  const anyOf = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
  const list = () => {
    const query = new URLSearchParams({ limit: String(1 + Math.floor(random() * 100)), sort: anyOf(modelSorts) })
    if (random() < 0.5) query.set('types', pick(modelTypes)[0])
    if (random() < 0.4) query.set('baseModels', pick(baseModels))
    if (random() < 0.3) query.set('tag', word(Math.floor(1000 * random() ** 2)))
    if (random() < 0.3) query.set('query', `${word(Math.floor(1000 * random() ** 2))} ${Math.floor(random() * 1000)}`)
    if (random() < 0.2) query.set('nsfw', 'true')
    return `/api/v1/models?${query}`
  }
  for (;;) {
    const version = anyOf(anyOf(known).modelVersions)
    yield anyOf([
      list,
      () => `/api/v1/models/${anyOf(known).id}`,
      () => `/api/v1/model-versions/${version.id}`,
      () => `/api/v1/model-versions/by-hash/${anyOf(Object.values(anyOf(version.files).hashes))}`,
    ])()
  }
}
