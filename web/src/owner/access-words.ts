import type { AccessObstacle, AccessPolicy } from '../api/shared.ts'

/** Why a program would be refused: what the sentence "It …" goes on with. */
export const accessObstacleWords = ({ obstacles }: { obstacles: readonly AccessObstacle[] }): string =>
  obstacles.map((obstacle) => words[obstacle]).join(', and ')

const words: Record<AccessObstacle, string> = {
  anonymous: 'comes without a key that is valid',
  query: 'sends its key in the address',
  scope: 'has a key that may not read what it asks for',
}

/** Who a program is: whose key it uses, or who it may be. */
export function whoseWords({
  token,
  neighbours,
}: {
  token: { name: string; username: string } | null
  neighbours: readonly string[]
}): string {
  if (token) return `Uses the key ${token.name} of ${token.username}`
  const unknown = 'It is not known whose it is'
  return neighbours.length === 0 ? unknown : `${unknown}; the same address has used keys of ${neighbours.join(', ')}`
}

/** What sets a policy: the flags of `serve` that differ from what is set; empty where none does. */
export function flagsOf(wanted: AccessPolicy, set: AccessPolicy): string {
  return [
    wanted.anonymousAccess !== set.anonymousAccess && `--anonymous-access ${wanted.anonymousAccess}`,
    wanted.queryTokens !== set.queryTokens && `--query-tokens ${wanted.queryTokens}`,
  ]
    .filter(Boolean)
    .join(' ')
}

/** How many of the programs would be refused. */
export function refusedWords(programs: readonly { obstacles: readonly AccessObstacle[] }[]): string {
  const refused = programs.filter(({ obstacles }) => obstacles.length > 0).length
  if (programs.length === 0) return 'No program has used the hub in the last 30 days'
  if (refused === 0) return 'No program of the last 30 days would have been refused'
  return `${refused} of ${programs.length} ${programs.length === 1 ? 'program' : 'programs'} of the last 30 days would have been refused`
}
