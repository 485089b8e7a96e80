import { join } from 'node:path'
import { writeCursor } from '../../src/catalog/cursor.ts'
import type { Finding } from '../report.ts'
import { byTurns, median, percentile } from '../rounds.ts'
import { type BareCatalog, openBareCatalog } from './bare.ts'
import { type CatalogHub, startCatalogHub } from './hub.ts'
import { measureLoopDelay, measureMemory } from './mixed-load.ts'
import { seededRandom, zipf } from './random.ts'
import { baseModels, commonTag, word } from './vocabulary.ts'

const pageSize = 100
const searches = 200

interface Measuring {
  hub: CatalogHub
  bare: BareCatalog
  rounds: number
}

/** What a hub over the large catalog in `data` costs, beside bare SQL that reads the same rows of the same file. */
export async function* measureLargeCatalog(
  data: string,
  { rounds, requests }: { rounds: number; requests: number },
): AsyncGenerator<Finding> {
  yield await measureStart(data, rounds)
  const measuring = { hub: await startCatalogHub(data), bare: openBareCatalog(join(data, 'modelkeep.db')), rounds }
  try {
    for (const list of lists(measuring.bare)) yield await measureList(measuring, list)
    yield await measureDepth(measuring)
    yield await measureHashes(measuring)
    yield* measureSearch(measuring)
    yield await measureLoopDelay(measuring.hub, measuring.bare)
    await measuring.hub.stop()
    yield await measureMemory(data, measuring.bare, requests)
  } finally {
    measuring.bare.close()
    await measuring.hub.stop()
  }
}

/** From the start of the program to its first answer, without folders to look through. */
async function measureStart(data: string, rounds: number): Promise<Finding> {
  const start = async () => {
    const started = performance.now()
    // As its owner starts it, on whatever cores there are.
    const hub = await startCatalogHub(data, { on: 'all' })
    await hub.ask('/readyz')
    const time = performance.now() - started
    await hub.stop()
    return time
  }
  // The first start brings the program and the first pages of the database into memory.
  await start()
  const [times = []] = await byTurns(rounds, [start])
  return { name: 'start to ready', unit: 'ms', hub: median(times), rounds, target: { atMost: 1000 } }
}

interface List {
  name: string
  query: string
  where: string
  order: string
  /** Asked for each time: time goes on. */
  values?: () => (string | number)[]
}

const rated = 'thumbs_up_count desc, download_count desc, id desc'
const isPg = 'nsfw_level & 1'

function lists(bare: BareCatalog): List[] {
  const [tag] = bare.all<{ id: number; name: string }>(
    'select id, name from tag where model_count < 3000 order by model_count desc limit 1',
  )
  const [creator] = bare.all<{ id: number; username: string }>(
    'select id, username from account order by model_count desc limit 1',
  )
  if (!tag || !creator) throw new Error('the catalog has no tags or creators')
  const hasTag = (name: string) =>
    `exists (select 1 from model_tag where model_id = model.id and tag_id = (select id from tag where name = '${name}'))`
  return [
    { name: 'default', query: '', where: isPg, order: rated },
    { name: 'newest', query: 'sort=Newest', where: isPg, order: 'last_version_at desc, id desc' },
    {
      name: 'most downloaded',
      query: 'sort=Most Downloaded',
      where: isPg,
      order: 'download_count desc, thumbs_up_count desc, id desc',
    },
    { name: 'type LORA', query: 'types=LORA', where: `type = 'LORA' and ${isPg}`, order: rated },
    { name: 'rare type', query: 'types=Hypernetwork', where: `type = 'Hypernetwork' and ${isPg}`, order: rated },
    { name: 'tag of all', query: `tag=${commonTag}`, where: `${hasTag(commonTag)} and ${isPg}`, order: rated },
    {
      name: 'rarer tag',
      query: `tag=${tag.name}`,
      where: `id in (select model_id from model_tag where tag_id = ${tag.id}) and ${isPg}`,
      order: rated,
    },
    {
      name: 'base model',
      query: `baseModels=${baseModels[7]}`,
      where: `exists (select 1 from model_version where model_id = model.id and base_model = '${baseModels[7]}'
        and status = 'Published' and file_count > 0) and ${isPg}`,
      order: rated,
    },
    {
      name: 'creator',
      query: `username=${creator.username}`,
      where: `creator_id = ${creator.id} and ${isPg}`,
      order: rated,
    },
    { name: 'nsfw', query: 'nsfw=true', where: 'nsfw_level & 31', order: rated },
    {
      name: 'period Month',
      query: 'period=Month',
      where: `last_version_at >= ? and ${isPg}`,
      order: rated,
      values: () => [Date.now() - 30 * 86_400_000],
    },
  ]
}

/**
 * Two things by turns, three times in each round, so that one slow moment of the machine is no round's figure. `name` says
 * what is measured and what beside.
 */
async function measureBeside(
  name: string,
  sides: readonly [() => number | Promise<number>, () => number | Promise<number>],
  { rounds, ratioAtMost }: { rounds: number; ratioAtMost: number },
): Promise<Finding> {
  const asked = sides.map((side) => async () => side())
  // The first rounds warm up.
  await byTurns(2, asked)
  const [ours = [], theirs = []] = await byTurns(3 * rounds, asked)
  return {
    name,
    unit: 'ms',
    hub: median(ours),
    reference: median(theirs),
    rounds: 3 * rounds,
    target: { ratioAtMost },
    p50: { hub: median(ours), reference: median(theirs) },
    p99: { hub: percentile(ours, 0.99), reference: percentile(theirs, 0.99) },
  }
}

async function measureList({ hub, bare, rounds }: Measuring, list: List): Promise<Finding> {
  const path = `/api/v1/models?limit=${pageSize}&${encodeURI(list.query)}`
  await assertSameModels(hub, path, bare.ids(list.where, list.order, pageSize, list.values?.()))
  return measureBeside(
    `GET /models?limit=100, ${list.name}, uncached, against bare SQL of the same rows`,
    // One row more tells whether there is another page.
    [() => hub.ask(path), () => bare.page(list.where, list.order, pageSize + 1, list.values?.())],
    { rounds, ratioAtMost: 2 },
  )
}

/** @throws unless the hub shows these models */
async function assertSameModels(hub: CatalogHub, path: string, ids: readonly number[]): Promise<void> {
  const { items } = await hub.json<{ items: { id: number }[] }>(path)
  const shown = items.map(({ id }) => id).join()
  if (shown !== ids.join()) throw new Error(`${path}: bare SQL finds other models than the hub`)
}

/** Page 5,000 of the default list, beside its first. */
async function measureDepth({ hub, bare, rounds }: Measuring): Promise<Finding> {
  const [{ count } = { count: 0 }] = bare.all<{ count: number }>(
    `select count(*) as count from model where listed = 1 and availability <> 'Private' and mode is null and ${isPg}`,
  )
  const page = Math.min(5000, Math.floor((count * 0.75) / pageSize))
  const [model] = bare.all<{ keys: string }>(
    `select json_array(thumbs_up_count, download_count, id) as keys from model
      where listed = 1 and availability <> 'Private' and mode is null and ${isPg}
      order by ${rated} limit 1 offset ${(page - 1) * pageSize - 1}`,
  )
  const cursor = writeCursor({ order: 'Highest Rated', keys: JSON.parse(model?.keys ?? '[]') as number[] })
  const first = `/api/v1/models?limit=${pageSize}`
  const deep = `${first}&cursor=${cursor}`
  for (const path of [first, deep]) {
    const { items } = await hub.json<{ items: unknown[] }>(path)
    if (items.length !== pageSize) throw new Error(`${path}: ${items.length} models`)
  }
  return measureBeside(
    `page ${page.toLocaleString('en')} by cursor, against page 1`,
    [() => hub.ask(deep), () => hub.ask(first)],
    { rounds, ratioAtMost: 1.2 },
  )
}

async function measureHashes({ hub, bare, rounds }: Measuring): Promise<Finding> {
  const random = seededRandom(5)
  const [{ last } = { last: 0 }] = bare.all<{ last: number }>('select max(id) as last from model_file')
  const times: number[] = []
  for (let round = -1; round < rounds; round++) {
    const ids = JSON.stringify(Array.from({ length: 10_000 }, () => 1 + Math.floor(random() * last)))
    const hashes = bare.all<{ sha256: string }>(
      'select sha256 from model_file where id in (select value from json_each(?))',
      ids,
    )
    const body = JSON.stringify(hashes.map(({ sha256 }) => sha256))
    const time = await hub.ask('/api/v1/model-versions/by-hash/ids', body)
    if (round >= 0) times.push(time)
  }
  return {
    name: 'POST /model-versions/by-hash/ids, 10,000 hashes',
    unit: 'ms',
    hub: median(times),
    rounds,
    target: { atMost: 150 },
  }
}

/** Words as people type them, and what costs most: a word of every model, single letters, many words. */
async function* measureSearch({ hub, bare, rounds }: Measuring): AsyncGenerator<Finding> {
  const random = seededRandom(11)
  const any = () => word(zipf(random, 20_000))
  const typed = Array.from({ length: searches }, (_, index) => {
    if (index % 10 === 0) return commonTag
    if (index % 10 === 1) return any().slice(0, 1)
    if (index % 10 < 4) return `${any()} ${any()}`
    return index % 2 === 0 ? any() : any().slice(0, 3)
  })
  const ours: number[][] = []
  const theirs: number[][] = []
  for (const query of typed) {
    const match = query
      .split(' ')
      .map((text) => `"${text}"*`)
      .join(' ')
    const path = `/api/v1/models?limit=20&nsfw=true&query=${encodeURIComponent(query)}`
    const sides = [async () => hub.ask(path), async () => bare.search(match, 21)]
    await byTurns(1, sides)
    const [one = [], other = []] = await byTurns(rounds, sides)
    ours.push(one)
    theirs.push(other)
  }
  // Of each search its median, so that the percentiles are of searches, not of what else the machine did.
  const [hubTimes, bareTimes] = [ours.map(median), theirs.map(median)]
  const [p99, p50] = [0.99, 0.5].map((share) => ({
    hub: percentile(hubTimes, share),
    reference: percentile(bareTimes, share),
  }))
  if (p99 && p50)
    yield {
      name: `query= of ${searches} searches, 99th percentile, against bare full-text queries`,
      unit: 'ms',
      ...p99,
      p50,
      p99,
      rounds,
      target: { ratioAtMost: 2 },
    }
  const hostile = [...'abdfgiklmnoprstvz'].join(' ').repeat(8)
  const path = `/api/v1/models?limit=20&query=${encodeURIComponent(hostile)}`
  const [times = []] = await byTurns(rounds, [() => hub.ask(path)])
  yield { name: 'query= of 136 single letters', unit: 'ms', hub: median(times), rounds }
}
