import { insertModels, type ModelFixture } from '../src/catalog/catalog.fixture.ts'
import { openSqliteDatabase } from '../src/db/sqlite/open.ts'

/** What the models of a measured catalog are made of; the first of each list are the most frequent. */
export const vocabulary = {
  types: ['LORA', 'Checkpoint', 'TextualInversion', 'LoCon', 'VAE', 'Controlnet', 'Upscaler'],
  baseModels: ['SDXL 1.0', 'SD 1.5', 'Illustrious', 'Pony', 'Flux.1 D', 'Other'],
  words: 'aurora bronze cedar delta ember fjord granite harbor indigo juniper kelp lantern meadow nectar ochre'.split(
    ' ',
  ),
  sorts: ['Highest Rated', 'Most Downloaded', 'Newest', 'Oldest'],
} as const

/** Fills a database with `count` models: names of common words, Zipf-like tags, creators and downloads, one to three versions. */
export async function fillCatalog(file: string, count: number): Promise<void> {
  const database = await openSqliteDatabase(file)
  const random = seededRandom(42)
  const pick = pickFrom(random)
  const { types, baseModels, words } = vocabulary
  const chunk = 2000
  for (let done = 0; done < count; done += chunk) {
    const models = Array.from({ length: Math.min(chunk, count - done) }, (_, index): ModelFixture => {
      const number = done + index
      return {
        name: `${pick(words)} ${pick(words)} ${number}`,
        type: pick(types),
        creator: `creator${Math.floor(random() ** 3 * 2000)}`,
        tags: [pick(words), `tag${Math.floor(random() ** 3 * 3000)}`],
        download_count: Math.floor(100_000 * random() ** 8),
        thumbs_up_count: Math.floor(10_000 * random() ** 8),
        created_at: Date.UTC(2025, 0, 1) + number * 60_000,
        versions: Array.from({ length: 1 + Math.floor(random() ** 3 * 3) }, () => ({
          base_model: pick(baseModels),
          trained_words: [pick(words)],
          files: random() < 0.2 ? [{}, { type: 'VAE' }] : [{}],
          images: [{ nsfw_level: 1 }, { nsfw_level: random() < 0.2 ? 4 : 1 }],
        })),
      }
    })
    await insertModels(database, models)
  }
  await database.close()
}

/** Picks from a list, its first members more often. */
export const pickFrom =
  (random: () => number) =>
  <T>(list: readonly T[]): T =>
    list[Math.floor(random() ** 2 * list.length)] as T

/** Mulberry32, a small seeded generator, so that every run measures the same. */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
