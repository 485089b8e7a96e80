import type { Transaction } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import { limitsOf, rejectExceedingCaller } from './caller-limits.ts'
import { conflictTexts, IdempotencyConflict, type StoredResult } from './idempotent-requests.ts'
import type { TokenKind } from './token-format.ts'
import type { TokenLimits } from './token-limits.ts'
import { endOfSecret, type NewSecret } from './token-secrets.ts'

/**
 * Returns the secret that an earlier request created, for a retry of that request.
 * @throws IdempotencyConflict when the token or this secret of it has ended since; BeyondCaller when the token now has more
 *   than `limits`, those of the caller
 */
export async function retrySecret(
  transaction: Transaction<Schema>,
  { secretId, seed }: StoredResult,
  {
    limits,
    at,
    makeSecret,
  }: {
    /** Undefined: the caller has none, or renews itself. */
    limits: TokenLimits | undefined
    at: number
    makeSecret: (kind: TokenKind, seed: string) => NewSecret
  },
): Promise<{ id: number; text: string }> {
  const found = await transaction
    .selectFrom('token_secret')
    .innerJoin('token', 'token.id', 'token_secret.token_id')
    .select(['token.id', 'kind', 'revoked_at', 'scope', 'expires_at', 'networks', 'query_policy'])
    .select(['superseded_at', 'ends_at', 'silence_ms', 'token_secret.last_used_at'])
    .where('token_secret.id', '=', secretId)
    .executeTakeFirst()
  const ends = found && [found.revoked_at, found.expires_at, endOfSecret(found)]
  if (!found || ends?.some((end) => end !== null && end <= at)) throw new IdempotencyConflict(conflictTexts.secretEnded)
  rejectExceedingCaller(limitsOf(found), limits)
  return { id: found.id, text: makeSecret(found.kind, seed).text }
}
