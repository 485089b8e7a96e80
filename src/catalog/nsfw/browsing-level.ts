/**
 * Browsing levels are bits (contract §2 GET /images). An image has one of them; a model and a version have those of
 * their images together.
 */
export const browsingLevels = { PG: 1, PG13: 2, R: 4, X: 8, XXX: 16, Blocked: 32 } as const

/** Everything that a list may ever show; `Blocked` is in none. */
export const everyLevel = 31

/** What counts as not safe for work. */
export const matureLevels = browsingLevels.R | browsingLevels.X | browsingLevels.XXX

/**
 * Returns the levels of a model or version whose images have these levels; 0 stands for no rated image and does not
 * count, so that an older version without images does not make a mature model PG. Without any rated image it is PG,
 * unless its metadata says nsfw (contract §2).
 */
export function levelsOf(imageLevels: readonly number[], nsfw: boolean): number {
  const together = imageLevels.reduce((levels, level) => levels | level, 0)
  return together || (nsfw ? matureLevels : browsingLevels.PG)
}

/**
 * The levels that a list of models shows for its `nsfw` parameter: `false` PG alone, `true` everything, nothing given
 * what the owner chose for the hub.
 */
export function levelsShown(nsfw: boolean | undefined, defaultBrowsingLevel: number): number {
  if (nsfw === undefined) return defaultBrowsingLevel & everyLevel
  return nsfw ? everyLevel : browsingLevels.PG
}
