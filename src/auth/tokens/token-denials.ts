import type { Transaction } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { Schema } from '../../db/schema.ts'
import type { TokenRefusalTable } from '../../db/tables/tokens.ts'
import { type ClientMetadata, sanitizeClient, sanitizeTarget, type TokenRequest } from '../client-metadata.ts'
import { type Warning, writeWarnings } from './token-warnings.ts'

/** Why a request was not accepted for its token. `rotated`: the secret is an old one, whose overlap is over. */
export type DenialReason = TokenRefusalTable['reason']

/** A refused request, as the owner of its token sees it. */
export interface DeniedRequest extends ClientMetadata {
  /** Unix milliseconds. */
  at: number
  reason: DenialReason
  method: string
  /** Without the query. */
  path: string
}

/** The refused requests of one token since the last write: how many, and the latest of them. */
export interface TokenDenials {
  count: number
  /** Oldest first. */
  latest: DeniedRequest[]
}

/** At most this many refused requests of a token are remembered, and kept; the oldest is dropped. */
export const maxDenials = 50

/** Remembers one more, in memory of a fixed size. */
export function addDenial(
  refusals: Map<number, TokenDenials>,
  { tokenId, at, reason, presented }: { tokenId: number; at: number; reason: DenialReason; presented: TokenRequest },
): void {
  const request = { at, reason, ...sanitizeClient(presented), ...sanitizeTarget(presented) }
  addDenials(refusals, tokenId, { count: 1, latest: [request] })
}

/** Adds what was refused later. */
export function addDenials(
  refusals: Map<number, TokenDenials>,
  tokenId: number,
  { count, latest }: TokenDenials,
): void {
  const known = refusals.get(tokenId)
  if (!known) {
    refusals.set(tokenId, { count, latest })
    return
  }
  known.count += count
  known.latest.push(...latest)
  known.latest.splice(0, known.latest.length - maxDenials)
}

/** Writes them. Those of a token that is gone are dropped. */
export async function writeDenials(
  transaction: Transaction<Schema>,
  refusals: ReadonlyMap<number, TokenDenials>,
): Promise<void> {
  for (const [tokenId, { count, latest }] of refusals) {
    const { numUpdatedRows } = await transaction
      .updateTable('token')
      .set((row) => ({ refusal_count: row('refusal_count', '+', count) }))
      .where('id', '=', tokenId)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) continue
    await writeWarnings(transaction, tokenId, latest.flatMap(warningOf))
    await transaction
      .insertInto('token_refusal')
      .values(latest.map((request) => ({ token_id: tokenId, ...request })))
      .execute()
    // Index `token_refusal_token`.
    await transaction
      .deleteFrom('token_refusal')
      .where('token_id', '=', tokenId)
      .where('id', 'not in', (query) =>
        query
          .selectFrom('token_refusal')
          .select('id')
          .where('token_id', '=', tokenId)
          .orderBy('at', 'desc')
          .orderBy('id', 'desc')
          .limit(maxDenials),
      )
      .execute()
  }
}

/** Somebody has what nobody should have: its owner is told, rather than left to look. */
const warningOf = ({ reason, network, agent, at }: DeniedRequest): Warning[] =>
  reason === 'canary' || reason === 'origin' || reason === 'rotated' ? [{ kind: reason, network, agent, at }] : []

/** Gives the refused requests of a token that are kept, newest first. */
export function listDenials(database: Database): (tokenId: number) => Promise<DeniedRequest[]> {
  // Index `token_refusal_token`.
  const refusalsOf = database.lookup((query, values: BindPlaceholder<{ tokenId: number }>) =>
    query
      .selectFrom('token_refusal')
      .select(['at', 'reason', 'network', 'agent', 'form', 'method', 'path'])
      .where('token_id', '=', values('tokenId'))
      .orderBy('at', 'desc')
      .orderBy('id', 'desc'),
  )
  return (tokenId) => refusalsOf.all({ tokenId })
}
