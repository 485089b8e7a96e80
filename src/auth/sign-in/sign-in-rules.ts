import type { BetterAuthOptions } from 'better-auth'
import { APIError } from 'better-auth/api'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import { openHasAccounts } from '../accounts/has-accounts.ts'
import { usernameKey } from '../accounts/username.ts'
import { freeUsernames } from './oidc-provider.ts'

/** The hub's own rules, which the sessions library asks whatever way somebody signs in. */
export function signInRules(database: Database): NonNullable<BetterAuthOptions['databaseHooks']> {
  const statusOf = database.lookup((query, values: BindPlaceholder<{ id: number }>) =>
    query.selectFrom('account').select('status').where('id', '=', values('id')),
  )
  const anyAccount = openHasAccounts(database)
  const freeUsername = freeUsernames(database)

  return {
    session: {
      create: {
        async before({ userId }) {
          const account = await statusOf.first({ id: Number(userId) })
          if (account?.status === 'banned') {
            throw new APIError('FORBIDDEN', { code: 'account_banned', message: 'This account is banned' })
          }
        },
      },
    },
    // Only whoever signs in with a provider makes an account by way of the library.
    user: {
      create: {
        async before(person) {
          if (!(await anyAccount())) {
            throw new APIError('FORBIDDEN', { code: 'hub_not_set_up', message: 'This hub has no owner yet' })
          }
          const username = await freeUsername(person.name)
          return { data: { ...person, name: username, username: usernameKey(username), displayUsername: username } }
        },
        async after() {
          // Public answers name accounts.
          await database.write(async () => undefined, { changes: 'catalog' })
        },
      },
    },
    // Of a provider's tokens the hub has no need, so that it keeps none.
    account: { create: { before: withoutTokens }, update: { before: withoutTokens } },
  }
}

const withoutTokens = async () => ({ data: { accessToken: null, refreshToken: null, idToken: null } })
