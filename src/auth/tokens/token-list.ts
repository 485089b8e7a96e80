import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { TokenTable, TokenWarningTable } from '../../db/tables/tokens.ts'
import type { ClientMetadata } from '../client-metadata.ts'
import type { TokenKind } from './token-format.ts'
import { endOfSecret } from './token-secrets.ts'
import { dayOf } from './token-usage.ts'

/** A token as its owner sees it. Times are Unix milliseconds. */
export interface TokenSummary extends LastUse {
  id: number
  kind: TokenKind
  name: string
  state: 'active' | 'expired' | 'revoked'
  scope: number
  networks: string[]
  queryPolicy: TokenTable['query_policy']
  /** The pages that may use it; of publishable tokens alone. */
  origins: string[]
  createdAt: number
  expiresAt: number | null
  revokedAt: number | null
  revokedReason: string | null
  /** Oldest first; the last one is current, earlier ones end after a rotation's overlap. */
  secrets: SecretSummary[]
  /** Of the last 30 UTC days each one, oldest first: the day as its first millisecond. */
  requests: { day: number; count: number }[]
  /** What its owner has not said to have seen, newest first. */
  warnings: (Pick<TokenWarningTable, 'kind' | 'network' | 'agent' | 'at'> & { place: string })[]
  /** Requests that it was refused for, of all time. */
  refusalCount: number
}

/** When and by whom a secret, or any secret of a token, was used last. */
interface LastUse {
  lastUsedAt: number | null
  lastUsedNetwork: string | null
  lastUsedAgent: string | null
}

/** One secret of a token: which of them each client still uses. */
export interface SecretSummary extends LastUse {
  id: number
  lastFour: string
  createdAt: number
  /** When it ends or ended, as far as is known now. */
  endsAt: number | null
  /** It ends sooner once it was not used for this long. */
  silenceMs: number | null
  /** Who used it, the latest first. */
  clients: TokenClient[]
}

/** Who used a secret, and what for. */
export interface TokenClient extends ClientMetadata {
  lastSeenAt: number
  requests: number
  /** Mask of the scopes that its requests called for. */
  scopes: number
  /** Whether it asked for more than downloads. */
  beyondDownloads: boolean
}

const daysShown = 30
const dayMilliseconds = 86_400_000

/** Gives the tokens of an account, oldest first, ended ones included. */
export function listTokens(database: Database, now: () => number): (accountId: number) => Promise<TokenSummary[]> {
  const queries = prepareQueries(database)
  return async (accountId) => {
    const at = now()
    const today = dayOf(at)
    const since = today - daysShown + 1
    const [tokens, origins, secrets, clients, days, warnings] = await Promise.all([
      queries.tokens.all({ accountId }),
      queries.origins.all({ accountId }),
      queries.secrets.all({ accountId }),
      queries.clients.all({ accountId }),
      queries.days.all({ accountId, since }),
      queries.warnings.all({ accountId }),
    ])
    const originsOf = Map.groupBy(origins, ({ token_id }) => token_id)
    const secretsOf = Map.groupBy(secrets, ({ token_id }) => token_id)
    const clientsOf = Map.groupBy(clients, ({ secret_id }) => secret_id)
    const daysOf = Map.groupBy(days, ({ token_id }) => token_id)
    const warningsOf = Map.groupBy(warnings, ({ token_id }) => token_id)
    return tokens.map((token) => {
      const own = (secretsOf.get(token.id) ?? []).map((secret) => ({
        id: secret.id,
        lastFour: secret.last_four,
        createdAt: secret.created_at,
        endsAt: endOfSecret(secret),
        silenceMs: secret.silence_ms,
        lastUsedAt: secret.last_used_at,
        lastUsedNetwork: secret.last_used_network,
        lastUsedAgent: secret.last_used_agent,
        clients: (clientsOf.get(secret.id) ?? []).map((client) => ({
          network: client.network,
          agent: client.agent,
          form: client.form,
          lastSeenAt: client.last_seen_at,
          requests: client.requests,
          scopes: client.scopes,
          beyondDownloads: client.beyond_downloads !== 0,
        })),
      }))
      const counts = new Map((daysOf.get(token.id) ?? []).map(({ day, count }) => [day, Number(count)]))
      return {
        id: token.id,
        kind: token.kind,
        name: token.name,
        state: stateOf(token, at),
        scope: token.scope,
        networks: JSON.parse(token.networks) as string[],
        queryPolicy: token.query_policy,
        origins: (originsOf.get(token.id) ?? []).map(({ origin }) => origin),
        createdAt: token.created_at,
        expiresAt: token.expires_at,
        revokedAt: token.revoked_at,
        revokedReason: token.revoked_reason,
        ...lastUseOf(own),
        secrets: own,
        requests: Array.from({ length: daysShown }, (_, index) => ({
          day: (since + index) * dayMilliseconds,
          count: counts.get(since + index) ?? 0,
        })),
        warnings: (warningsOf.get(token.id) ?? []).map(({ kind, network, agent, at, place }) => ({
          kind,
          network,
          agent,
          at,
          place,
        })),
        refusalCount: token.refusal_count,
      }
    })
  }
}

/** Each begins with index `token_account`. */
function prepareQueries(database: Database) {
  type OfAccount = { accountId: number }
  return {
    tokens: database.lookup((query, values: BindPlaceholder<OfAccount>) =>
      query.selectFrom('token').selectAll().where('account_id', '=', values('accountId')).orderBy('id'),
    ),
    // Then index `token_origin_token`.
    origins: database.lookup((query, values: BindPlaceholder<OfAccount>) =>
      query
        .selectFrom('token')
        .innerJoin('token_origin', 'token_origin.token_id', 'token.id')
        .select(['token_origin.token_id', 'origin'])
        .where('token.account_id', '=', values('accountId'))
        .orderBy('origin'),
    ),
    // Then index `token_secret_token`.
    secrets: database.lookup((query, values: BindPlaceholder<OfAccount>) =>
      query
        .selectFrom('token')
        .innerJoin('token_secret', 'token_secret.token_id', 'token.id')
        .selectAll('token_secret')
        .where('token.account_id', '=', values('accountId'))
        .orderBy('token_secret.id'),
    ),
    // Then index `token_client_token`.
    clients: database.search((query, values: BindPlaceholder<OfAccount>) =>
      query
        .selectFrom('token')
        .innerJoin('token_client', 'token_client.token_id', 'token.id')
        .selectAll('token_client')
        .where('token.account_id', '=', values('accountId'))
        .orderBy('token_client.last_seen_at', 'desc')
        .orderBy('token_client.id', 'desc'),
    ),
    // Then the key of `token_day`.
    days: database.search((query, values: BindPlaceholder<OfAccount & { since: number }>) =>
      query
        .selectFrom('token')
        .innerJoin('token_day', 'token_day.token_id', 'token.id')
        .select((row) => ['token_day.token_id', 'token_day.day', row.fn.sum('token_day.requests').as('count')])
        .where('token.account_id', '=', values('accountId'))
        .where('token_day.day', '>=', values('since'))
        .groupBy(['token_day.token_id', 'token_day.day']),
    ),
    // Then index `token_warning_token`.
    warnings: database.search((query, values: BindPlaceholder<OfAccount>) =>
      query
        .selectFrom('token')
        .innerJoin('token_warning', 'token_warning.token_id', 'token.id')
        .selectAll('token_warning')
        .where('token.account_id', '=', values('accountId'))
        .orderBy('token_warning.at', 'desc')
        .orderBy('token_warning.id', 'desc'),
    ),
  }
}

function stateOf({ revoked_at, expires_at }: Pick<TokenTable, 'revoked_at' | 'expires_at'>, at: number) {
  if (revoked_at !== null) return 'revoked'
  return expires_at !== null && expires_at <= at ? 'expired' : 'active'
}

function lastUseOf(secrets: LastUse[]): LastUse {
  const latest = secrets.reduce<LastUse | undefined>(
    (last, secret) => ((secret.lastUsedAt ?? 0) > (last?.lastUsedAt ?? 0) ? secret : last),
    undefined,
  )
  return {
    lastUsedAt: latest?.lastUsedAt ?? null,
    lastUsedNetwork: latest?.lastUsedNetwork ?? null,
    lastUsedAgent: latest?.lastUsedAgent ?? null,
  }
}
