import type { BetterAuthOptions, GenericEndpointContext } from 'better-auth'
import type { Transaction } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'

/**
 * Ends what an earlier password check of an account is still good for: sign-ins that wait for the second factor, and browsers that
 * skip it ("Do not ask again in this browser"). Both were earned with the password and the second factor of their time, so neither
 * survives a change of one.
 */
export async function endPendingSignIns(transaction: Transaction<Schema>, accountId: number): Promise<void> {
  // Index `verification_identifier`. The sessions library uses these prefixes; `2fa-attempts-` holds a count instead of an account.
  for (const [prefix, end] of prefixes)
    await transaction
      .deleteFrom('verification')
      .where('identifier', '>=', prefix)
      .where('identifier', '<', end)
      .where('identifier', 'not like', '2fa-attempts-%')
      .where('value', '=', `${accountId}`)
      .execute()
}

/** Each prefix with the first text after all texts that begin with it. */
const prefixes = [
  ['2fa-', '2fa.'],
  ['trust-device-', 'trust-device.'],
] as const

type Hooks = NonNullable<BetterAuthOptions['databaseHooks']>

/**
 * Ends them at every change that the sessions library makes: a password, and the second factor turned on or off. They end before
 * the change, so that none is left if the process stops, and again after it, for sign-ins that came in between.
 */
export function pendingSignInHooks(database: Database): Required<Pick<Hooks, 'account' | 'user'>> {
  const end = (accountId: number) => database.write((transaction) => endPendingSignIns(transaction, accountId))
  const endOfSender = async (context: GenericEndpointContext | null) => {
    const accountId = context?.context.session?.user.id
    if (accountId !== undefined) await end(Number(accountId))
  }
  const password = async (credential: object, context: GenericEndpointContext | null) => {
    if ('password' in credential && credential.password) await endOfSender(context)
  }
  const factor = async (account: object, context: GenericEndpointContext | null) => {
    if ('twoFactorEnabled' in account) await endOfSender(context)
  }
  const around = <T>(hook: T) => ({ before: hook, after: hook })
  return { account: { create: around(password), update: around(password) }, user: { update: around(factor) } }
}
