import type { GenericEndpointContext } from 'better-auth'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import { usernameKey } from '../accounts/username.ts'

/** Tells which account somebody tried to get into; null when there is none like it. */
export function openAttemptedAccounts(database: Database): (context: GenericEndpointContext) => Promise<number | null> {
  // Unique indexes `account_username` and `account_email`.
  const byName = database.lookup((query, values: BindPlaceholder<{ name: string }>) =>
    query
      .selectFrom('account')
      .select('id')
      .where((where) => where.or([where('username_key', '=', values('name')), where('email', '=', values('name'))])),
  )
  // Unique index `passkey_credential`.
  const byPasskey = database.lookup((query, values: BindPlaceholder<{ credential: string }>) =>
    query.selectFrom('passkey').select('user_id as id').where('credential_id', '=', values('credential')),
  )
  return async (context) => {
    const { username, email, response } = (context.body ?? {}) as Record<string, unknown>
    const name = username ?? email
    if (typeof name === 'string') return (await byName.first({ name: usernameKey(name) }))?.id ?? null
    const credential = (response as { id?: unknown } | undefined)?.id
    if (typeof credential === 'string') return (await byPasskey.first({ credential }))?.id ?? null
    return secondFactorAccount(context)
  }
}

/** The account whose second factor a sign-in waits for, by the cookie of that sign-in. */
export async function secondFactorAccount(context: GenericEndpointContext): Promise<number | null> {
  const identifier = await context.getSignedCookie(challengeCookie(context), context.context.secret)
  const asked = identifier ? await context.context.internalAdapter.findVerificationValue(identifier) : null
  return asked ? Number(asked.value) : null
}

/** Name of the cookie of a sign-in that waits for its second factor. */
export const challengeCookie = ({ context }: GenericEndpointContext): string =>
  context.createAuthCookie('two_factor').name
