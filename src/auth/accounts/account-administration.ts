import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { ActorContext } from '../../audit/actor-context.ts'
import { recordAudit } from '../../audit/record.ts'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { Schema } from '../../db/schema.ts'
import type { AccountTable } from '../../db/tables/accounts.ts'
import { ForbiddenError } from '../errors.ts'
import { revokeSessions } from '../sign-in/revoke-sessions.ts'
import type { UnstoredEnds } from '../sign-in/unstored-ends.ts'

/** An account as owners see it. */
export interface ManagedAccount {
  id: number
  username: string
  email: string
  role: AccountTable['role']
  status: AccountTable['status']
  /** ISO 8601, as `lastSeenAt`. */
  createdAt: string
  /** When a session or a token of it was last in use, within a day; null: never, or signed out since. */
  lastSeenAt: string | null
  /** Tokens that work. */
  tokenCount: number
  twoFactorEnabled: boolean
}

/** What owners see and decide of the accounts of a hub: of those that can sign in. */
export interface AccountAdministration {
  /** By username; `query` is part of a username or an e-mail address, in any letter case. */
  list(wanted: {
    query: string | undefined
    limit: number
    offset: number
  }): Promise<{ items: ManagedAccount[]; totalItems: number }>
  /**
   * Changes status or role, or both; a ban ends the sessions. Undefined when there is no such account.
   * @throws ForbiddenError when the hub would be without an owner, or somebody bans their own account
   */
  change(change: {
    id: number
    by: ActorContext & { accountId: number }
    status: AccountTable['status'] | undefined
    role: AccountTable['role'] | undefined
  }): Promise<ManagedAccount | undefined>
}

/** `now` gives Unix milliseconds. */
export function openAccountAdministration({
  database,
  now,
  ends,
}: {
  database: Database
  now: () => number
  ends: UnstoredEnds
}): AccountAdministration {
  const rows = database.search(managedAccounts)
  const count = database.search((query, values: BindPlaceholder<{ pattern: string }>) =>
    query
      .selectFrom('account')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('email', 'is not', null)
      .where(matches(values('pattern'))),
  )
  return {
    async list({ query, limit, offset }) {
      const pattern = containing(query ?? '')
      const [items, counted] = await Promise.all([
        rows.all({ pattern, id: null, limit, offset, at: now() }),
        count.first({ pattern }),
      ])
      return { items: items.map(managed), totalItems: Number(counted?.count ?? 0) }
    },
    async change({ id, by, status, role }) {
      if (status === 'banned' && id === by.accountId) throw new ForbiddenError('You cannot ban your own account')
      const at = now()
      const write = async (transaction: Transaction<Schema>) => {
        const before = await transaction
          .selectFrom('account')
          .select(['status', 'role'])
          .where('id', '=', id)
          .where('email', 'is not', null)
          .executeTakeFirst()
        if (!before) return
        const values = { ...(status !== undefined && { status }), ...(role !== undefined && { role }) }
        await transaction
          .updateTable('account')
          .set({ ...values, updated_at: new Date(at).toISOString() })
          .where('id', '=', id)
          .execute()
        if (!(await hasOwner(transaction))) throw new ForbiddenError('A hub keeps at least one owner who is not banned')
        const what = { at, accountId: id, by }
        if (status !== undefined && status !== before.status)
          await recordAudit(transaction, {
            kind: 'status-changed',
            ...what,
            details: { from: before.status, to: status },
          })
        if (role !== undefined && role !== before.role)
          await recordAudit(transaction, { kind: 'role-changed', ...what, details: { from: before.role, to: role } })
        if (status === 'banned') await revokeSessions(transaction, { ...what, why: 'banned' })
      }
      if (status === 'banned') await ends.store([`account ${id}`], () => database.write(write, { usesReserve: true }))
      else {
        await database.write(write)
        if (status !== undefined) ends.withdraw(`account ${id}`)
      }
      const account = await rows.first({ pattern: containing(''), id, limit: 1, offset: 0, at: now() })
      return account && managed(account)
    },
  }
}

interface Wanted {
  pattern: string
  /** One account alone, or all. */
  id: number | null
  limit: number
  offset: number
  at: number
}

/** Index `account_username` gives the order; a hub has hundreds of accounts, and each has few sessions and tokens. */
const managedAccounts = (query: Kysely<Schema>, values: BindPlaceholder<Wanted>) =>
  query
    .selectFrom('account')
    .select(({ selectFrom }) => [
      'id',
      'username',
      'email',
      'role',
      'status',
      'created_at',
      'two_factor_enabled',
      selectFrom('session')
        .whereRef('session.user_id', '=', 'account.id')
        .select(({ fn }) => fn.max('session.updated_at').as('latest'))
        .as('session_seen'),
      selectFrom('token_secret')
        .innerJoin('token', 'token.id', 'token_secret.token_id')
        .whereRef('token.account_id', '=', 'account.id')
        .select(({ fn }) => fn.max('token_secret.last_used_at').as('latest'))
        .as('token_seen'),
      selectFrom('token')
        .whereRef('token.account_id', '=', 'account.id')
        .where('revoked_at', 'is', null)
        .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', values('at'))]))
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('tokens'),
    ])
    .where('email', 'is not', null)
    .where(matches(values('pattern')))
    .where(sql<boolean>`(${values('id')} is null or account.id = ${values('id')})`)
    .orderBy('username_key')
    .limit(values('limit'))
    .offset(values('offset'))

const matches = (pattern: RawBuilder<string>) =>
  sql<boolean>`(account.username_key like ${pattern} escape '\\' or account.email like ${pattern} escape '\\')`

/** A pattern for texts that hold `part`; both are in lower case. */
const containing = (part: string) => `%${part.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`

type ManagedRow = Awaited<ReturnType<ReturnType<typeof managedAccounts>['execute']>>[number]

function managed(row: ManagedRow): ManagedAccount {
  const seen = [row.session_seen === null ? null : Date.parse(row.session_seen), row.token_seen]
  const latest = Math.max(...seen.filter((at) => at !== null))
  return {
    id: row.id,
    username: row.username,
    email: row.email ?? '',
    role: row.role,
    status: row.status,
    createdAt: row.created_at,
    lastSeenAt: Number.isFinite(latest) ? new Date(latest).toISOString() : null,
    tokenCount: Number(row.tokens),
    twoFactorEnabled: row.two_factor_enabled === 1,
  }
}

async function hasOwner(transaction: Transaction<Schema>): Promise<boolean> {
  const owner = await transaction
    .selectFrom('account')
    .select('id')
    .where('role', '=', 'owner')
    .where('status', '!=', 'banned')
    .where('email', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return owner !== undefined
}
