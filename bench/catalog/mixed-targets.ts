import { modelSorts } from '../../src/catalog/enums.ts'
import type { BareCatalog } from './bare.ts'
import { pickFrom, seededRandom, zipf } from './random.ts'
import { baseModels, modelTypes, word } from './vocabulary.ts'

/** What tools and people ask a large catalog for, without end: lists by filter and order, searches, single rows, look-ups. */
export function* mixedTargets(bare: BareCatalog): Generator<string, never> {
  const random = seededRandom(7)
  const pick = pickFrom(random)
  const anyOf = <T>(members: readonly T[]) => members[Math.floor(random() * members.length)] as T
  const lastId = (table: string) => bare.all<{ last: number }>(`select max(id) as last from ${table}`)[0]?.last ?? 1
  const [models, files] = [lastId('model'), lastId('model_file')]
  const list = () => {
    const query = new URLSearchParams({ limit: String(1 + Math.floor(random() * 100)), sort: anyOf(modelSorts) })
    if (random() < 0.5) query.set('types', pick(modelTypes)[0])
    if (random() < 0.4) query.set('baseModels', pick(baseModels))
    if (random() < 0.3) query.set('tag', word(zipf(random, 2000)))
    if (random() < 0.3) query.set('query', word(zipf(random, 20_000)).slice(0, 1 + Math.floor(random() * 6)))
    if (random() < 0.2) query.set('nsfw', 'true')
    if (random() < 0.1) query.set('period', anyOf(['Day', 'Week', 'Month', 'Year']))
    return `/api/v1/models?${query}`
  }
  const images = () => {
    const query = new URLSearchParams({ limit: String(1 + Math.floor(random() * 100)) })
    if (random() < 0.5) query.set('modelId', String(1 + Math.floor(random() * models)))
    if (random() < 0.3) query.set('sort', anyOf(['Newest', 'Most Comments', 'Random']))
    return `/api/v1/images?${query}`
  }
  const byHash = () => {
    const id = 1 + Math.floor(random() * files)
    const hash = bare.all<{ sha256: string }>('select sha256 from model_file where id = ?', id)[0]?.sha256 ?? ''
    return `/api/v1/model-versions/by-hash/${hash}`
  }
  for (;;)
    yield anyOf([
      list,
      images,
      byHash,
      byHash,
      () => `/api/v1/models/${1 + Math.floor(random() * models)}`,
      () => `/api/v1/tags?query=${word(zipf(random, 2000)).slice(0, 3)}`,
      () => `/api/v1/creators?page=${1 + Math.floor(random() * 40)}`,
    ])()
}
