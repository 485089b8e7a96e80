/** Numbers from 0 to below 1, the same for the same seed. */
export type Random = () => number

/** Mulberry32, a small seeded generator. */
export function seededRandom(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Picks from a list, its first members more often. */
export const pickFrom =
  (random: Random) =>
  <T>(list: readonly T[]): T =>
    list[Math.floor(random() ** 2 * list.length)] as T

/** A whole number from 0 to below `count`, of which rank r is drawn about 1/r as often as the first (Zipf). */
export const zipf = (random: Random, count: number): number => Math.floor((count + 1) ** random()) - 1

/** A count such as downloads: most are small, a few are near `most`. */
export const longTail = (random: Random, most: number): number => Math.floor(most ** (random() ** 0.9)) - 1

/** Picks by shares that add up to 1; rounding goes to the first. */
export function pickByShare<T>(random: Random, shares: readonly (readonly [T, number])[]): T {
  let left = random()
  for (const [value, share] of shares) {
    left -= share
    if (left < 0) return value
  }
  return (shares[0] as readonly [T, number])[0]
}
