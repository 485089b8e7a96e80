import type { Kysely } from 'kysely'
import type { Database } from '../db/database.ts'
import type { PlaceholderOf } from '../db/prepared.ts'
import type { Schema } from '../db/schema.ts'
import { type PrefixRange, prefixRange } from './prefix-range.ts'

/** What the site API calls an account as anybody may see it. */
export interface User {
  id: number
  username: string
}

/** Finds accounts whose names begin with `prefix`, in any letter case. */
export interface Users {
  /** The shortest names first. */
  byName(prefix: string, most: number): Promise<User[]>
  /** Among these; by id, rising. Unknown ids are left out. */
  byIds(ids: readonly number[], prefix: string): Promise<User[]>
}

export function openUsers(database: Database): Users {
  // Served by the index `account_username`.
  const byName = database.search((query, values: PlaceholderOf<PrefixRange & { most: number }>) =>
    named(query, values)
      .orderBy((account) => account.fn<number>('length', ['account.username_key']))
      .orderBy('account.username_key')
      .limit(values('most')),
  )
  // Served by the key.
  const byIds = database.search((query, values: PlaceholderOf<PrefixRange & { ids: string }>) =>
    named(query, values)
      .where((account) => database.engine.inList(account.ref('account.id'), values('ids')))
      .orderBy('account.id'),
  )
  const rangeOf = (prefix: string) => prefixRange(prefix.trim().toLowerCase())
  return {
    byName: (prefix, most) => byName.all({ ...rangeOf(prefix), most }),
    byIds: (ids, prefix) => byIds.all({ ...rangeOf(prefix), ids: JSON.stringify(ids) }),
  }
}

const named = (query: Kysely<Schema>, values: PlaceholderOf<PrefixRange>) =>
  query
    .selectFrom('account')
    .select(['account.id', 'account.username'])
    .where('account.username_key', '>=', values('from'))
    .where('account.username_key', '<', values('to'))
