import type { Database } from '../db/database.ts'
import type { PlaceholderOf } from '../db/prepared.ts'
import type { TokenTable } from '../db/schema.ts'

/** A token as its owner sees it. Times are Unix milliseconds. */
export interface TokenSummary {
  id: number
  name: string
  state: 'active' | 'expired' | 'revoked'
  scope: number
  networks: string[]
  queryPolicy: TokenTable['query_policy']
  createdAt: number
  expiresAt: number | null
  revokedAt: number | null
  revokedReason: string | null
  /** When any of its secrets was used last. */
  lastUsedAt: number | null
  /** Oldest first; the last one is current, earlier ones end after a rotation's overlap. */
  secrets: SecretSummary[]
}

/** One secret of a token: which of them each client still uses. */
export interface SecretSummary {
  id: number
  lastFour: string
  createdAt: number
  endsAt: number | null
  lastUsedAt: number | null
  lastUsedNetwork: string | null
  lastUsedAgent: string | null
}

export function listTokens(database: Database, now: () => number): (accountId: number) => Promise<TokenSummary[]> {
  // Index `token_account`.
  const tokensOf = database.lookup((query, values: PlaceholderOf<{ accountId: number }>) =>
    query.selectFrom('token').selectAll().where('account_id', '=', values('accountId')).orderBy('id'),
  )
  // Indexes `token_account` and `token_secret_token`.
  const secretsOf = database.lookup((query, values: PlaceholderOf<{ accountId: number }>) =>
    query
      .selectFrom('token')
      .innerJoin('token_secret', 'token_secret.token_id', 'token.id')
      .selectAll('token_secret')
      .where('token.account_id', '=', values('accountId'))
      .orderBy('token_secret.id'),
  )
  return async (accountId) => {
    const at = now()
    const [tokens, secrets] = await Promise.all([tokensOf.all({ accountId }), secretsOf.all({ accountId })])
    const byToken = Map.groupBy(secrets, ({ token_id }) => token_id)
    return tokens.map((token) => {
      const own = byToken.get(token.id) ?? []
      return {
        id: token.id,
        name: token.name,
        state: stateOf(token, at),
        scope: token.scope,
        networks: JSON.parse(token.networks) as string[],
        queryPolicy: token.query_policy,
        createdAt: token.created_at,
        expiresAt: token.expires_at,
        revokedAt: token.revoked_at,
        revokedReason: token.revoked_reason,
        lastUsedAt: own.reduce<number | null>((last, { last_used_at }) => laterOf(last, last_used_at), null),
        secrets: own.map((secret) => ({
          id: secret.id,
          lastFour: secret.last_four,
          createdAt: secret.created_at,
          endsAt: secret.ends_at,
          lastUsedAt: secret.last_used_at,
          lastUsedNetwork: secret.last_used_network,
          lastUsedAgent: secret.last_used_agent,
        })),
      }
    })
  }
}

function stateOf({ revoked_at, expires_at }: Pick<TokenTable, 'revoked_at' | 'expires_at'>, at: number) {
  if (revoked_at !== null) return 'revoked'
  return expires_at !== null && expires_at <= at ? 'expired' : 'active'
}

const laterOf = (one: number | null, other: number | null) =>
  one === null ? other : other === null ? one : Math.max(one, other)
