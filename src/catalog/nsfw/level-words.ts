import { browsingLevels, everyLevel, matureLevels } from './browsing-level.ts'

/** The words that lists of images have for browsing levels (contract §2 GET /images). */
export const levelWords = ['None', 'Soft', 'Mature', 'X'] as const
export type LevelWord = (typeof levelWords)[number]

const { PG, PG13, R, X, XXX } = browsingLevels

/** The word for the level of one image; what is no level of its own is called `None`, as at the site. */
export const wordOf = (level: number): LevelWord => wordOfLevel.get(level) ?? 'None'

/** The levels that a word, or a yes or no, asks a list of images for: `true` is what is mature, without the rest. */
export function requestedLevels(nsfw: LevelWord | boolean): number {
  if (typeof nsfw === 'string') return levelsUpTo[nsfw]
  return nsfw ? matureLevels : PG
}

const wordOfLevel = new Map<number, LevelWord>([
  [PG, 'None'],
  [PG13, 'Soft'],
  [R, 'Mature'],
  [X, 'X'],
  [XXX, 'X'],
])

const levelsUpTo: Record<LevelWord, number> = { None: PG, Soft: PG | PG13, Mature: PG | PG13 | R, X: everyLevel }
