import { type Kysely, sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import type { Schema } from '../db/schema.ts'
import { type PrefixRange, prefixRange } from './prefix-range.ts'

/** What the site API calls an account as anybody may see it. */
export interface User {
  id: number
  username: string
}

/** All accounts, or only those that have published a model (contract §2 GET /users). */
export type UserScope = 'all' | 'creators'

/** Finds accounts whose names begin with `prefix`, in any letter case. */
export interface Users {
  /** The shortest names first. */
  byName(prefix: string, options: { maxCount: number; among: UserScope }): Promise<User[]>
  /** Among these; by id, rising. Unknown ids are left out. */
  byIds(ids: readonly number[], options: { prefix: string; among: UserScope }): Promise<User[]>
}

export function openUsers(database: Database): Users {
  // Served by the index `account_username`, or `account_creator`.
  const byName = (among: UserScope) =>
    database.search((query, values: BindPlaceholder<PrefixRange & { maxCount: number }>) =>
      named(query, values, among)
        .orderBy((account) => account.fn<number>('length', ['account.username_key']))
        .orderBy('account.username_key')
        .limit(values('maxCount')),
    )
  // Served by the key.
  const byIds = (among: UserScope) =>
    database.search((query, values: BindPlaceholder<PrefixRange & { ids: string }>) =>
      named(query, values, among)
        .where((account) => database.engine.inList(account.ref('account.id'), values('ids')))
        .orderBy('account.id'),
    )
  const names = { all: byName('all'), creators: byName('creators') }
  const ids = { all: byIds('all'), creators: byIds('creators') }
  const rangeOf = (prefix: string) => prefixRange(prefix.trim().toLowerCase())
  return {
    byName: (prefix, { maxCount, among }) => names[among].all({ ...rangeOf(prefix), maxCount }),
    byIds: (wanted, { prefix, among }) => ids[among].all({ ...rangeOf(prefix), ids: JSON.stringify(wanted) }),
  }
}

const named = (query: Kysely<Schema>, values: BindPlaceholder<PrefixRange>, among: UserScope) =>
  query
    .selectFrom('account')
    .select(['account.id', 'account.username'])
    .where('account.username_key', '>=', values('from'))
    .where('account.username_key', '<', values('to'))
    // Written out as in the index `account_creator`, not bound.
    .$if(among === 'creators', (accounts) => accounts.where('account.model_count', '>', sql.lit(0)))
