import type { TokenTable } from '../db/tables/tokens.ts'

/** Whether who is not known may ask for what needs no account. */
export const anonymousAccesses = ['open', 'closed'] as const

/** What the hub asks of all programs, beside what each token's own limits ask. */
export interface AccessPolicy {
  anonymousAccess: (typeof anonymousAccesses)[number]
  /** Where `?token=` is taken at most: a token's own policy may be stricter. */
  queryTokens: TokenTable['query_policy']
}

/** Why a policy refuses requests of a program. */
export const accessObstacles = ['anonymous', 'query', 'scope'] as const
export type AccessObstacle = (typeof accessObstacles)[number]
