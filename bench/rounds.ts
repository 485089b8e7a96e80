/** How long and how often things are measured. */
export interface Effort {
  /** How often each side is measured. */
  rounds: number
  /** How long each side is under load each time. */
  seconds: number
}

/** Fewer rounds are for trying, and stay out of the record. */
export const fewestRounds = 5

/**
 * Measures several sides by turns, so that what the machine does meanwhile concerns all of them: A B, B A, A B ...
 * Gives the results of each side.
 */
export async function byTurns<Result>(rounds: number, sides: readonly (() => Promise<Result>)[]): Promise<Result[][]> {
  const results: Result[][] = sides.map(() => [])
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [...sides.keys()] : [...sides.keys()].reverse()
    for (const side of order) results[side]?.push(await (sides[side] as () => Promise<Result>)())
  }
  return results
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

/** The value that this share of all values does not exceed; of an even number the lower of the two in the middle. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('nothing was measured')
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] as number
}

/** The median of each figure by itself. */
export function medians<Figures extends Record<string, number>>(results: readonly Figures[]): Figures {
  const names = Object.keys(results[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, median(results.map((each) => each[name] as number))])) as Figures
}
