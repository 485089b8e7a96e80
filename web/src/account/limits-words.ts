import { type ScopeName, scopeNames, scopePresets } from '../api/shared.ts'

/** A preset, or single scopes. */
type Choice = keyof typeof scopePresets | readonly ScopeName[]

const scopesOf = (choice: Choice): readonly ScopeName[] =>
  typeof choice === 'string' ? scopeNames(scopePresets[choice]) : choice

/** Why a program would have been refused, in plain words: it is what the sentence "It …" goes on with. */
export function obstacleWords(
  { obstacles, scopes }: { obstacles: readonly ('query' | 'network' | 'scope')[]; scopes: readonly ScopeName[] },
  chosen: Choice,
): string {
  const missing = scopes.filter((scope) => !scopesOf(chosen).includes(scope))
  const words = {
    query: 'sends the key in the address',
    network: 'comes from another network',
    scope: `needs ${missing.join(', ') || 'a scope that is missing'}`,
  }
  return obstacles.map((obstacle) => words[obstacle]).join(', and ')
}
