import type { Transaction } from 'kysely'
import { commandLine } from '../../audit/actor-context.ts'
import { recordAudit } from '../../audit/record.ts'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { Schema } from '../../db/schema.ts'
import type { AccountTable } from '../../db/tables/accounts.ts'
import { DomainError } from '../errors.ts'
import type { AccountPrincipal } from '../principal.ts'
import { hasScope } from '../scopes.ts'
import { revokeSessions } from '../sign-in/revoke-sessions.ts'
import { insertAccount, type NewAccount, prepareAccount } from './create-account.ts'
import { usernameKey } from './username.ts'

/** What an account may be asked of itself (contract §2 GET /me). */
export interface Profile {
  id: number
  username: string
  tier: AccountTable['tier']
  status: AccountTable['status']
  isMember: boolean
  subscriptions: string[]
  /** With a session or UserRead: whether the account owns the hub. */
  isModerator?: boolean
  email?: string
  emailVerified?: boolean
  tokenScope?: number
  buzzLimit?: null
  subject?: { type: 'apiKey'; id: number }
}

export interface AccountSummary {
  id: number
  username: string
  /** Null: a creator whom only sidecars name; nobody can sign in. */
  email: string | null
  role: AccountTable['role']
  status: AccountTable['status']
}

export type StatusChange = 'ban' | 'unban' | 'mute' | 'unmute'

/** The accounts of a hub: the people who sign in, and the creators whom only sidecars name. */
export interface Accounts {
  /** Undefined when the account is gone. */
  profile(principal: AccountPrincipal): Promise<Profile | undefined>
  /** Without regard to letter case. */
  find(username: string): Promise<AccountSummary | undefined>
  /** Those who can sign in, by username. */
  list(): Promise<AccountSummary[]>
  /**
   * Makes an account, or gives the one of a creator whom only sidecars name to its person, for whoever runs commands.
   * @throws DomainError when a property is out of bounds, or the username or the e-mail address is taken
   */
  create(account: NewAccount): Promise<{ id: number }>
  /**
   * Bans, mutes or the reverse, for whoever runs commands. A ban ends the account's sessions; its tokens are refused for as long as it lasts.
   * @throws DomainError when there is no such account, or the change does not apply to its status
   */
  changeStatus(username: string, change: StatusChange): Promise<void>
}

export function openAccounts(database: Database): Accounts {
  const byId = database.keptLookup((query, values: BindPlaceholder<{ id: number }>) =>
    query
      .selectFrom('account')
      .select(['id', 'username', 'email', 'email_verified', 'tier', 'status', 'role'])
      .where('id', '=', values('id')),
  )
  // Unique index `account_username`.
  const byUsername = database.lookup((query, values: BindPlaceholder<{ key: string }>) =>
    query.selectFrom('account').select(summaryColumns).where('username_key', '=', values('key')),
  )
  const withEmail = database.search((query) =>
    query.selectFrom('account').select(summaryColumns).where('email', 'is not', null).orderBy('username_key'),
  )
  return {
    async profile(principal) {
      const account = await byId.first({ id: principal.accountId })
      return account && profileOf(account, principal)
    },
    find: (username) => byUsername.first({ key: usernameKey(username) }),
    list: () => withEmail.all({}),
    async create(wanted) {
      const account = await prepareAccount(wanted)
      const insert = async (transaction: Transaction<Schema>) => ({
        id: await insertAccount(transaction, account, { claimsCreator: true, how: 'command line', by: commandLine }),
      })
      // Public answers name accounts.
      return database.write(insert, { changes: 'catalog' })
    },
    async changeStatus(username, change) {
      const { from, to } = statusChanges[change]
      const at = Date.now()
      const write = async (transaction: Transaction<Schema>) => {
        const account = await transaction
          .selectFrom('account')
          .select(['id', 'username', 'status'])
          .where('username_key', '=', usernameKey(username))
          .executeTakeFirst()
        if (!account) throw new DomainError(`There is no account ${username}`)
        if (account.status === to) return
        if (!from.includes(account.status))
          throw new DomainError(`The account ${account.username} is ${account.status}`)
        await transaction
          .updateTable('account')
          .set({ status: to, updated_at: new Date(at).toISOString() })
          .where('id', '=', account.id)
          .execute()
        const what = { at, accountId: account.id, by: commandLine }
        await recordAudit(transaction, { kind: 'status-changed', ...what, details: { from: account.status, to } })
        if (to === 'banned') await revokeSessions(transaction, { ...what, why: 'banned' })
      }
      await database.write(write, to === 'banned' ? { usesReserve: true } : {})
    },
  }
}

const summaryColumns = ['id', 'username', 'email', 'role', 'status'] as const

const statusChanges: Record<StatusChange, { from: AccountTable['status'][]; to: AccountTable['status'] }> = {
  ban: { from: ['active', 'muted'], to: 'banned' },
  unban: { from: ['banned'], to: 'active' },
  mute: { from: ['active'], to: 'muted' },
  unmute: { from: ['muted'], to: 'active' },
}

type AccountRow = Pick<AccountTable, 'username' | 'email' | 'email_verified' | 'tier' | 'status' | 'role'> & {
  id: number
}

function profileOf(account: AccountRow, { via, scope }: AccountPrincipal): Profile {
  const readsAccount = via.kind === 'session' || hasScope(scope, 'UserRead')
  return {
    id: account.id,
    username: account.username,
    tier: account.tier,
    status: account.status,
    isMember: account.tier !== 'free',
    subscriptions: [],
    ...(readsAccount && { isModerator: account.role === 'owner' }),
    ...(readsAccount &&
      account.email !== null && { email: account.email, emailVerified: account.email_verified === 1 }),
    ...(via.kind === 'token' && { tokenScope: scope, buzzLimit: null, subject: { type: 'apiKey', id: via.tokenId } }),
  }
}
