import type { Transaction } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import { DomainError } from '../errors.ts'
import type { AccountPrincipal } from '../principal.ts'
import { type Excess, excessOf, type TokenLimits } from './token-limits.ts'
import { endOfSecret } from './token-secrets.ts'

/** The credential that a request came with. */
export type Caller = Pick<AccountPrincipal, 'accountId' | 'via'>

/** The credential ended between authentication and the change. */
export class CallerRevokedError extends DomainError {
  override name = 'CallerRevokedError'
}

/** The change would give more than the caller has. */
export class ExceedsCallerError extends DomainError {
  override name = 'ExceedsCallerError'
  readonly excess: Excess
  constructor(excess: Excess) {
    super(`A token cannot give more than its own ${excess.kind}`)
    this.excess = excess
  }
}

/**
 * Returns what bounds the caller; undefined for a session, which can do everything that its account can. Read within the
 * transaction of a change, so that a change that was authenticated before a revocation is not made after it.
 * @throws CallerRevokedError when the token, its secret or the session has ended, or the account is banned
 */
export async function limitsOfCaller(
  transaction: Transaction<Schema>,
  { accountId, via }: Caller,
  at: number,
): Promise<TokenLimits | undefined> {
  if (via.kind === 'session') {
    const session = await transaction
      .selectFrom('session')
      .innerJoin('account', 'account.id', 'session.user_id')
      .select('session.expires_at')
      .where('session.id', '=', via.sessionId)
      .where('session.user_id', '=', accountId)
      .where('account.status', '!=', 'banned')
      .executeTakeFirst()
    if (!session || Date.parse(session.expires_at) <= at) throw new CallerRevokedError('The session has ended')
    return undefined
  }
  const token = await transaction
    .selectFrom('token_secret')
    .innerJoin('token', 'token.id', 'token_secret.token_id')
    .innerJoin('account', 'account.id', 'token.account_id')
    .select(['superseded_at', 'ends_at', 'silence_ms', 'token_secret.last_used_at'])
    .select(['scope', 'expires_at', 'networks', 'query_policy'])
    .where('token_secret.id', '=', via.secretId)
    .where('token.id', '=', via.tokenId)
    .where('token.account_id', '=', accountId)
    .where('token.revoked_at', 'is', null)
    .where('account.status', '!=', 'banned')
    .executeTakeFirst()
  const ends = token && [token.expires_at, endOfSecret(token)]
  if (!token || ends?.some((end) => end !== null && end <= at)) throw new CallerRevokedError('The token has ended')
  return limitsOf(token)
}

/** What bounds a token, from its row. */
export const limitsOf = ({
  scope,
  expires_at,
  networks,
  query_policy,
}: {
  scope: number
  expires_at: number | null
  networks: string
  query_policy: TokenLimits['queryPolicy']
}): TokenLimits => ({
  scope,
  expiresAt: expires_at,
  networks: JSON.parse(networks) as string[],
  queryPolicy: query_policy,
})

/** @throws ExceedsCallerError when `wanted` goes beyond what bounds the caller */
export function rejectExceedingCaller(wanted: TokenLimits, limits: TokenLimits | undefined): void {
  const excess = limits && excessOf(wanted, limits)
  if (excess) throw new ExceedsCallerError(excess)
}
