import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { AccessObstacle, AccessPolicy } from '../access-policy.ts'
import type { AnonymousClient, AnonymousUsage } from './anonymous-usage.ts'
import { clientsOf, obstaclesOf, policyWindowMs } from './limit-change-preview.ts'
import type { TokenClient } from './token-list.ts'
import { scopesOfKind } from './token-validation.ts'

/** A program that used the hub. */
export interface HubClient extends AnonymousClient {
  /** The token that it used, and how; null: it came unknown. */
  token: { id: number; name: string; username: string; form: TokenClient['form'] } | null
  /** Of an unknown one: whose tokens were used at the same address. */
  neighbours: string[]
  obstacles: AccessObstacle[]
}

export interface AccessPreview {
  /** Unix milliseconds. */
  since: number
  /** Latest first. */
  programs: HubClient[]
  /** Whether the record held all that came. */
  isComplete: boolean
}

/** Tells which programs of the last 30 days a policy would have refused. `now` gives Unix milliseconds. */
export type PreviewAccess = (policy: AccessPolicy) => Promise<AccessPreview>

/** `flushUse` writes what is remembered of the uses of tokens. */
export function openAccessPreview({
  database,
  anonymousUsage,
  flushUse,
  now = Date.now,
}: {
  database: Database
  anonymousUsage: Pick<AnonymousUsage, 'list'>
  flushUse: () => Promise<void>
  now?: () => number
}): PreviewAccess {
  const latestClients = prepareLatestClients(database)
  return async (policy) => {
    const since = now() - policyWindowMs
    // What cannot be written yet is no reason to hide what is known.
    await flushUse().catch(() => undefined)
    const [unknown, clients] = await Promise.all([anonymousUsage.list(), latestClients.all({ since })])
    const neighbours = Map.groupBy(clients, ({ network }) => network)
    const programs: HubClient[] = [
      ...unknown.programs.map((program) => ({
        ...program,
        token: null,
        neighbours: [...new Set(neighbours.get(program.network)?.map(({ username }) => username))],
        obstacles: policy.anonymousAccess === 'closed' ? ['anonymous' as const] : [],
      })),
      ...[...Map.groupBy(clients, ({ token_id }) => token_id).values()].flatMap((ofToken) =>
        programsOfToken(ofToken, policy, since),
      ),
    ]
    return {
      since,
      programs: programs.sort((one, other) => other.lastSeenAt - one.lastSeenAt),
      isComplete: unknown.isComplete && clients.length < maxClientsOfHub,
    }
  }
}

type ClientRow = Awaited<ReturnType<ReturnType<typeof prepareLatestClients>['all']>>[number]

/** The programs of one token. What its own limits refuse is refused already. */
function programsOfToken(rows: readonly ClientRow[], policy: AccessPolicy, since: number): HubClient[] {
  const [first] = rows
  if (!first) return []
  const { token_id: id, name, username, scope } = first
  const clients = rows.map(({ network, agent, form, lastSeenAt, requests, scopes, beyond_downloads }) => ({
    network,
    agent,
    form,
    lastSeenAt,
    requests,
    // A closed hub asks for the scopes of what everybody may read otherwise.
    scopes: policy.anonymousAccess === 'closed' ? scopes & scopesOfKind.publishable : 0,
    beyondDownloads: beyond_downloads === 1,
  }))
  const restrictions = { scope, networks: [], queryPolicy: policy.queryTokens }
  return clientsOf({ secrets: [{ clients }] }, since).map((program) => ({
    network: program.network,
    agent: program.agent,
    lastSeenAt: program.lastSeenAt,
    requests: program.requests,
    token: { id, name, username, form: program.form },
    neighbours: [],
    obstacles: obstaclesOf(program, restrictions).filter((obstacle) => obstacle !== 'network'),
  }))
}

const maxClientsOfHub = 1000

/** Index `token_client_seen`, then two keys. */
const prepareLatestClients = (database: Database) =>
  database.search((query, values: BindPlaceholder<{ since: number }>) =>
    query
      .selectFrom('token_client')
      .innerJoin('token', 'token.id', 'token_client.token_id')
      .innerJoin('account', 'account.id', 'token.account_id')
      .where('token_client.last_seen_at', '>=', values('since'))
      .where('token.revoked_at', 'is', null)
      .orderBy('token_client.last_seen_at', 'desc')
      .limit(maxClientsOfHub)
      .select([
        ...(['token.id as token_id', 'token.name', 'token.scope', 'account.username'] as const),
        ...(['token_client.network', 'token_client.agent', 'token_client.form', 'token_client.requests'] as const),
        ...(['token_client.scopes', 'token_client.beyond_downloads'] as const),
        'token_client.last_seen_at as lastSeenAt',
      ]),
  )
