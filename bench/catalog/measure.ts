import { join } from 'node:path'
import { writeCursor } from '../../src/catalog/cursor.ts'
import type { Finding } from '../report.ts'
import { type BareCatalog, openBareCatalog } from './bare.ts'
import { type CatalogHub, startCatalogHub } from './hub.ts'
import { mixedTargets } from './mixed-targets.ts'
import { seededRandom, zipf } from './random.ts'
import { baseModels, commonTag, word } from './vocabulary.ts'

const rounds = 9
const pageSize = 100
const searches = 200

interface Measuring {
  hub: CatalogHub
  bare: BareCatalog
}

/** What a hub over the large catalog in `data` costs, beside bare SQL that reads the same rows of the same file. */
export async function* measureLargeCatalog(data: string, requests: number): AsyncGenerator<Finding> {
  yield await measureStart(data)
  const measuring = { hub: await startCatalogHub(data), bare: openBareCatalog(join(data, 'modelkeep.db')) }
  try {
    for (const list of lists(measuring.bare)) yield await measureList(measuring, list)
    yield await measureDepth(measuring)
    yield await measureHashes(measuring)
    yield* measureSearch(measuring)
    yield* measureLoad(measuring, requests)
  } finally {
    measuring.bare.close()
    await measuring.hub.stop()
  }
}

/** From the start of the program to its first answer, without folders to look through. */
async function measureStart(data: string): Promise<Finding> {
  const times: number[] = []
  for (let round = 0; round < 5; round++) {
    const started = performance.now()
    const hub = await startCatalogHub(data)
    await hub.ask('/readyz')
    times.push(performance.now() - started)
    await hub.stop()
  }
  return { name: 'catalog: start to ready', unit: 'ms', hub: median(times), target: { below: 1000 } }
}

interface List {
  name: string
  query: string
  where: string
  order: string
  values?: (string | number)[]
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
  const monthAgo = Date.now() - 30 * 86_400_000
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
      where: `exists (select 1 from model_version where model_id = model.id and base_model = '${baseModels[7]}') and ${isPg}`,
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
      values: [monthAgo],
    },
  ]
}

async function measureList({ hub, bare }: Measuring, list: List): Promise<Finding> {
  const path = `/api/v1/models?limit=${pageSize}&${encodeURI(list.query)}`
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = -2; round < rounds; round++) {
    const [one, other] = [await hub.ask(path), bare.page(list.where, list.order, pageSize + 1, list.values)]
    // The first rounds warm up.
    if (round >= 0) {
      ours.push(one)
      theirs.push(other)
    }
  }
  return beside(`catalog: GET /models, ${list.name}, uncached`, median(ours), median(theirs), 2)
}

/** Page 5,000 of the default list, beside its first. */
async function measureDepth({ hub, bare }: Measuring): Promise<Finding> {
  const [model] = bare.all<{ keys: string }>(
    `select json_array(thumbs_up_count, download_count, id) as keys from model where listed = 1 and ${isPg}
      order by ${rated} limit 1 offset min(5000 * ${pageSize}, (select count(*) * 3 / 4 from model))`,
  )
  const cursor = writeCursor({ order: 'Highest Rated', keys: JSON.parse(model?.keys ?? '[]') as number[] })
  const first: number[] = []
  const deep: number[] = []
  for (let round = -2; round < rounds; round++) {
    const one = await hub.ask(`/api/v1/models?limit=${pageSize}`)
    const other = await hub.ask(`/api/v1/models?limit=${pageSize}&cursor=${cursor}`)
    if (round >= 0) {
      first.push(one)
      deep.push(other)
    }
  }
  return beside('catalog: page 5,000 by cursor, beside the first', median(deep), median(first), 1.2)
}

async function measureHashes({ hub, bare }: Measuring): Promise<Finding> {
  const random = seededRandom(5)
  const [{ last } = { last: 0 }] = bare.all<{ last: number }>('select max(id) as last from model_file')
  const times: number[] = []
  for (let round = -1; round < 7; round++) {
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
    name: 'catalog: POST by-hash/ids, 10,000 hashes',
    unit: 'ms',
    hub: median(times),
    target: { below: 150 },
  }
}

/** Words as people type them, and what costs most: a word of every model, single letters, many words. */
async function* measureSearch({ hub, bare }: Measuring): AsyncGenerator<Finding> {
  const random = seededRandom(11)
  const any = () => word(zipf(random, 20_000))
  const typed = Array.from({ length: searches }, (_, index) => {
    if (index % 10 === 0) return commonTag
    if (index % 10 === 1) return any().slice(0, 1)
    if (index % 10 < 4) return `${any()} ${any()}`
    return index % 2 === 0 ? any() : any().slice(0, 3)
  })
  const ours: number[] = []
  const theirs: number[] = []
  for (const query of typed) {
    const match = query
      .split(' ')
      .map((text) => `"${text}"*`)
      .join(' ')
    bare.search(match, 21)
    theirs.push(bare.search(match, 21))
    ours.push(await hub.ask(`/api/v1/models?limit=20&nsfw=true&query=${encodeURIComponent(query)}`))
  }
  yield beside('catalog: search, 99th percentile', percentile(ours, 0.99), percentile(theirs, 0.99), 2)
  const hostile = [...'abdfgiklmnoprstvz'].join(' ').repeat(8)
  yield {
    name: 'catalog: search for 136 single letters',
    unit: 'ms',
    hub: await hub.ask(`/api/v1/models?limit=20&query=${encodeURIComponent(hostile)}`),
  }
}

/** Eight clients that search, filter and look up, until so many requests are answered. */
async function* measureLoad({ hub, bare }: Measuring, requests: number): AsyncGenerator<Finding> {
  const targets = mixedTargets(bare)
  await hub.loopDelay()
  let answered = 0
  const started = performance.now()
  const ask = async (until: number) => {
    while (answered < until && performance.now() - started < longestLoadMs) {
      answered++
      await hub.ask(targets.next().value)
    }
  }
  const load = (until: number) => Promise.all(Array.from({ length: 8 }, () => ask(until)))
  await load(2000)
  yield {
    name: 'catalog: event loop delay while 8 clients search and filter, 99th percentile',
    unit: 'ms',
    hub: await hub.loopDelay(),
    target: { below: 20 },
  }
  await load(requests)
  yield {
    name: `catalog: resident memory after ${answered.toLocaleString('en')} mixed requests`,
    unit: 'MB',
    hub: await hub.residentMegabytes(),
    target: { below: 350 },
  }
}

const longestLoadMs = 10 * 60_000

const beside = (name: string, hub: number, reference: number, ratioAtMost: number): Finding => ({
  ...{ name, unit: 'ms', hub, reference, target: { ratioAtMost } },
})

const median = (values: readonly number[]) => percentile(values, 0.5)
const percentile = (values: readonly number[], share: number) =>
  values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) * share)] as number
