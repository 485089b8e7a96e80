import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { AccountTable } from '../../db/tables/accounts.ts'
import { passwordProvider } from './create-account.ts'

/** An account as its settings show it. */
export interface AccountProfile {
  id: number
  username: string
  email: string | null
  emailVerified: boolean
  image: string | null
  role: AccountTable['role']
  status: AccountTable['status']
  createdAt: string
  hasPassword: boolean
  twoFactorEnabled: boolean
  passkeyCount: number
  /** Ids of the providers that the account is linked to. */
  providers: string[]
}

/** Gives the account of an id; undefined when it is gone. */
export function openAccountProfiles(database: Database): (accountId: number) => Promise<AccountProfile | undefined> {
  const byId = database.lookup((query, values: BindPlaceholder<{ id: number }>) =>
    query
      .selectFrom('account')
      .select(({ selectFrom }) => [
        'id',
        'username',
        'email',
        'email_verified',
        'image',
        'role',
        'status',
        'created_at',
        'two_factor_enabled',
        selectFrom('passkey')
          .whereRef('passkey.user_id', '=', 'account.id')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .as('passkeys'),
      ])
      .where('id', '=', values('id')),
  )
  // Index `credential_user`.
  const credentials = database.lookup((query, values: BindPlaceholder<{ id: number }>) =>
    query
      .selectFrom('credential')
      .select(({ eb }) => ['provider_id', eb('password', 'is not', null).as('has_password')])
      .where('user_id', '=', values('id'))
      .orderBy('provider_id'),
  )
  return async (id) => {
    const account = await byId.first({ id })
    if (!account) return undefined
    const ways = await credentials.all({ id })
    return {
      id: account.id,
      username: account.username,
      email: account.email,
      emailVerified: account.email_verified === 1,
      image: account.image,
      role: account.role,
      status: account.status,
      createdAt: account.created_at,
      hasPassword: ways.some((way) => way.provider_id === passwordProvider && Boolean(way.has_password)),
      twoFactorEnabled: account.two_factor_enabled === 1,
      passkeyCount: Number(account.passkeys),
      providers: [...new Set(ways.map((way) => way.provider_id).filter((name) => name !== passwordProvider))],
    }
  }
}
