import { sql, type Transaction } from 'kysely'
import type { ActorContext } from '../../audit/actor-context.ts'
import { recordAudit } from '../../audit/record.ts'
import type { Schema } from '../../db/schema.ts'
import { endOfSecret, type SecretLifetime } from './token-secrets.ts'
import { type ClientUsage, clientKey, maxClients, requestsByDay, type SecretUsage } from './token-usage.ts'
import { type Warning, writeWarnings } from './token-warnings.ts'

/**
 * Writes how secrets were used: last use, requests per day, clients, and what of it deserves a warning. Several
 * processes may do so on one database: counts add up, and a client or a warning that another has written stays one row.
 * Uses of a secret or a token that is gone are dropped.
 */
export async function writeTokenUsage(
  transaction: Transaction<Schema>,
  uses: ReadonlyMap<number, SecretUsage>,
  at: number,
): Promise<void> {
  const byToken = Map.groupBy(uses, ([, { tokenId }]) => tokenId)
  for (const [tokenId, secrets] of byToken) {
    // Index `token_secret_token`.
    const kept = await transaction
      .selectFrom('token_secret')
      .select(['id', 'last_used_network', 'superseded_at', 'ends_at', 'silence_ms', 'last_used_at'])
      .where('token_id', '=', tokenId)
      .execute()
    const living = secrets.filter(([secretId]) => kept.some(({ id }) => id === secretId))
    if (living.length === 0) continue
    // Before the clients are written: whom it was known from until now.
    const warnings = [
      ...(await warnOfNetworks(transaction, tokenId, living, kept)),
      ...(await warnOfQueries(transaction, living)),
    ]
    await fixEnds(transaction, kept, at)
    for (const [secretId, use] of living) {
      await writeLastUse(transaction, secretId, use.latest)
      await writeDays(transaction, secretId, use)
      await writeClients(transaction, secretId, use)
    }
    await writeWarnings(transaction, tokenId, warnings)
    await recordNewNetworks(transaction, tokenId, warnings)
  }
}

/**
 * Fixes the end of secrets that have ended by silence: they have been refused since, so a use from before that is written
 * only now must not extend them.
 */
async function fixEnds(transaction: Transaction<Schema>, secrets: (SecretLifetime & { id: number })[], at: number) {
  for (const secret of secrets) {
    const end = endOfSecret(secret)
    if (end === null || end > at || end === secret.ends_at) continue
    await transaction.updateTable('token_secret').set({ ends_at: end }).where('id', '=', secret.id).execute()
  }
}

type SecretUses = [secretId: number, use: SecretUsage][]

/** A network that none of the token's secrets was used from before. The very first use of a token is no news. */
async function warnOfNetworks(
  transaction: Transaction<Schema>,
  tokenId: number,
  secrets: SecretUses,
  kept: { last_used_network: string | null }[],
): Promise<Warning[]> {
  // Index `token_client_token`.
  const clients = await transaction
    .selectFrom('token_client')
    .select('network')
    .distinct()
    .where('token_id', '=', tokenId)
    .execute()
  const known = new Set(clients.map(({ network }) => network))
  // Tokens were used before their clients were recorded.
  for (const { last_used_network } of kept) if (last_used_network !== null) known.add(last_used_network)
  const warnings: Warning[] = []
  const firstOnes = secrets.flatMap(([, use]) => [...use.networks.values()]).sort((a, b) => a.firstAt - b.firstAt)
  for (const { network, agent, firstAt } of firstOnes) {
    if (known.size > 0 && !known.has(network)) warnings.push({ kind: 'network', network, agent, at: firstAt })
    known.add(network)
  }
  return warnings
}

/** The warnings go when their owner has seen them; this stays. */
async function recordNewNetworks(transaction: Transaction<Schema>, tokenId: number, warnings: readonly Warning[]) {
  const news = warnings.filter(({ kind }) => kind === 'network')
  if (news.length === 0) return
  const { account_id: accountId, name } = await transaction
    .selectFrom('token')
    .select(['account_id', 'name'])
    .where('id', '=', tokenId)
    .executeTakeFirstOrThrow()
  for (const { network, agent, at } of news) {
    const by: ActorContext = { actor: { via: 'token', accountId, tokenId }, network, agent }
    await recordAudit(transaction, { kind: 'token-new-network', at, accountId, by, details: { tokenId, name } })
  }
}

/**
 * Returns a warning for each client that sends a secret in a URL for the first time. The key's settings allow that, so the web app
 * shows no alarm; the warnings are for callers of the API, which lists them until they are dismissed.
 */
async function warnOfQueries(transaction: Transaction<Schema>, secrets: SecretUses): Promise<Warning[]> {
  const warnings: Warning[] = []
  for (const [secretId, { inQuery }] of secrets) {
    if (inQuery.size === 0) continue
    // Index `token_client_secret`.
    const known = await transaction
      .selectFrom('token_client')
      .select(['network', 'agent', 'form'])
      .where('secret_id', '=', secretId)
      .where('form', '=', 'query')
      .execute()
    const knownKeys = new Set(known.map(clientKey))
    for (const [key, { network, agent, firstAt }] of inQuery)
      if (!knownKeys.has(key)) warnings.push({ kind: 'query', network, agent, at: firstAt })
  }
  return warnings
}

async function writeLastUse(
  transaction: Transaction<Schema>,
  secretId: number,
  { lastAt, network, agent }: ClientUsage,
) {
  await transaction
    .updateTable('token_secret')
    .set({ last_used_at: lastAt, last_used_network: network, last_used_agent: agent === '' ? null : agent })
    .where('id', '=', secretId)
    // Another process may have seen a later use.
    .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<=', lastAt)]))
    .execute()
}

async function writeDays(transaction: Transaction<Schema>, secretId: number, use: SecretUsage) {
  for (const [day, requests] of requestsByDay(use)) {
    await transaction
      .insertInto('token_day')
      .values({ token_id: use.tokenId, secret_id: secretId, day, requests })
      .onConflict((conflict) =>
        conflict
          .columns(['token_id', 'secret_id', 'day'])
          .doUpdateSet((row) => ({ requests: row('token_day.requests', '+', row.ref('excluded.requests')) })),
      )
      .execute()
  }
}

async function writeClients(transaction: Transaction<Schema>, secretId: number, use: SecretUsage) {
  for (const { network, agent, form, lastAt, requests, scopes, beyondDownloads } of use.clients.values()) {
    await transaction
      .insertInto('token_client')
      .values({
        token_id: use.tokenId,
        secret_id: secretId,
        network,
        agent,
        form,
        last_seen_at: lastAt,
        requests,
        scopes,
        beyond_downloads: beyondDownloads ? 1 : 0,
      })
      .onConflict((conflict) =>
        conflict.columns(['secret_id', 'network', 'agent', 'form']).doUpdateSet((row) => ({
          requests: row('token_client.requests', '+', row.ref('excluded.requests')),
          scopes: sql`token_client.scopes | excluded.scopes`,
          beyond_downloads: sql`token_client.beyond_downloads | excluded.beyond_downloads`,
          // Another process may have seen it later.
          last_seen_at: row
            .case()
            .when('token_client.last_seen_at', '>', row.ref('excluded.last_seen_at'))
            .then(row.ref('token_client.last_seen_at'))
            .else(row.ref('excluded.last_seen_at'))
            .end(),
        })),
      )
      .execute()
  }
  // Index `token_client_secret`.
  await transaction
    .deleteFrom('token_client')
    .where('secret_id', '=', secretId)
    .where('id', 'not in', (query) =>
      query
        .selectFrom('token_client')
        .select('id')
        .where('secret_id', '=', secretId)
        .orderBy('last_seen_at', 'desc')
        .orderBy('id', 'desc')
        .limit(maxClients),
    )
    .execute()
}
