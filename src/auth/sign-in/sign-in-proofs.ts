import { AsyncLocalStorage } from 'node:async_hooks'
import type { BetterAuthOptions, BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { verifyPassword } from 'better-auth/crypto'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import { passwordProvider } from '../accounts/create-account.ts'
import { secondFactorAccount } from './attempted-account.ts'

/** What one request has proved so far, as it was stored when it was checked. */
interface Proof {
  /** The hash of the password; null for an account without one. Undefined before a password or a challenge was checked. */
  passwordHash?: string | null
  /** The encrypted secret of the second factor; null for an account without one. Undefined before it was read. */
  factorSecret?: string | null
}

/**
 * Binds what a request creates to what it has proved. The sessions library checks a password or a challenge first and writes
 * later; a password reset, a changed password, another second factor or a ban may be committed in between, and ends only
 * what is stored by then. So whatever the library stores (a session, a challenge for the second factor, a browser that skips
 * it) is compared with the account again once it is stored: either this comparison sees the change, or the change sees the
 * row and ends it. A changed password is written only where the password that was checked is still the stored one.
 */
export interface SignInProofs {
  /** Runs one request of the library. */
  run<Result>(respond: () => Result): Result
  /** Replaces the library's check of a password. */
  verify(checked: { hash: string; password: string }): Promise<boolean>
  plugin: BetterAuthPlugin
}

export function openSignInProofs(database: Database): SignInProofs {
  const requests = new AsyncLocalStorage<Proof>()
  // A key, then indexes `credential_user` and `two_factor_user`.
  const stored = database.lookup((query, values: BindPlaceholder<{ id: number; provider: string }>) =>
    query
      .selectFrom('account')
      .leftJoin('credential', (join) =>
        join.onRef('credential.user_id', '=', 'account.id').on('credential.provider_id', '=', values('provider')),
      )
      .leftJoin('two_factor', 'two_factor.user_id', 'account.id')
      .select(['account.status', 'credential.password', 'two_factor.secret'])
      .where('account.id', '=', values('id')),
  )
  const accountOf = (id: number) => stored.first({ id, provider: passwordProvider })

  /** Whether the account may still have what the request has just stored for it. */
  const isCurrent = async (accountId: number) => {
    const account = await accountOf(accountId)
    const { passwordHash, factorSecret } = requests.getStore() ?? {}
    return (
      account !== undefined &&
      account.status !== 'banned' &&
      (passwordHash === undefined || passwordHash === account.password) &&
      (factorSecret === undefined || factorSecret === account.secret)
    )
  }

  const hooks: BetterAuthOptions['databaseHooks'] = {
    session: {
      create: {
        async before({ userId }) {
          const proof = requests.getStore()
          if (proof && proof.factorSecret === undefined)
            proof.factorSecret = (await accountOf(Number(userId)))?.secret ?? null
        },
        async after(session) {
          if (await isCurrent(Number(session.userId))) return
          await database.write((transaction) =>
            transaction.deleteFrom('session').where('id', '=', Number(session.id)).execute(),
          )
          throw changedMeanwhile()
        },
      },
    },
    verification: {
      create: {
        async after({ id, identifier, value }) {
          if (!accountPrefixes.test(identifier) || (await isCurrent(Number(value)))) return
          await database.write((transaction) =>
            transaction.deleteFrom('verification').where('id', '=', Number(id)).execute(),
          )
          throw changedMeanwhile()
        },
      },
    },
    account: {
      create: {
        async after({ id, userId, providerId }) {
          if (providerId !== passwordProvider) return
          // Another first password or a reset was stored before this one: an account has one password.
          const { numDeletedRows } = await database.write((transaction) =>
            transaction
              .deleteFrom('credential')
              .where('id', '=', Number(id))
              .where(({ exists, selectFrom }) =>
                exists(
                  selectFrom('credential as earlier')
                    .select('earlier.id')
                    .where('earlier.user_id', '=', Number(userId))
                    .where('earlier.provider_id', '=', passwordProvider)
                    .where('earlier.id', '<', Number(id)),
                ),
              )
              .executeTakeFirst(),
          )
          if (numDeletedRows > 0n) throw changedMeanwhile()
        },
      },
      update: {
        async before({ password }, context) {
          if (!password) return
          const proof = requests.getStore()
          const accountId = context?.context.session?.user.id
          const checked = proof?.passwordHash
          if (!proof || !checked || accountId === undefined) throw changedMeanwhile()
          const { numUpdatedRows } = await database.write((transaction) =>
            transaction
              .updateTable('credential')
              .set({ password })
              .where('user_id', '=', Number(accountId))
              .where('provider_id', '=', passwordProvider)
              .where('password', '=', checked)
              .executeTakeFirst(),
          )
          if (numUpdatedRows === 0n) throw changedMeanwhile()
          proof.passwordHash = password
          // It is stored: the library, which would write without a condition, has no password left to write.
          return { data: { password: undefined } }
        },
      },
    },
  }

  return {
    run: (respond) => requests.run({}, respond),
    async verify({ hash, password }) {
      const isRight = await verifyPassword({ hash, password })
      const proof = requests.getStore()
      if (isRight && proof) proof.passwordHash = hash
      return isRight
    },
    plugin: {
      id: 'sign-in-proofs',
      init: () => ({ options: { databaseHooks: hooks } }),
      hooks: {
        before: [
          {
            matcher: ({ path }) => path?.startsWith('/two-factor/verify-') ?? false,
            handler: createAuthMiddleware(async (context) => {
              const proof = requests.getStore()
              const accountId = await secondFactorAccount(context)
              const account = accountId === null ? undefined : await accountOf(accountId)
              if (!proof || !account) return
              // Read while the challenge exists: a change after this shows up in the comparison, one before has ended it.
              proof.passwordHash = account.password
              proof.factorSecret = account.secret
            }),
          },
        ],
      },
    },
  }
}

/** Identifiers of what stands for an account: challenges and trusted browsers; `2fa-attempts-` holds a count. */
const accountPrefixes = /^(?:2fa-(?!attempts-)|trust-device-)/

const changedMeanwhile = () =>
  new APIError('UNAUTHORIZED', {
    code: 'sign_in_changed',
    message: 'The password or the account has changed meanwhile; sign in again',
  })
