import type { Database } from '../db/database.ts'
import type { PlaceholderOf } from '../db/prepared.ts'
import { type PrefixRange, prefixRange } from './prefix-range.ts'

/** What the site API calls an account as anybody may see it. */
export interface User {
  id: number
  username: string
}

/** Finds accounts by id and by how their names begin. */
export interface Users {
  /** By id, rising; unknown ids are left out. */
  byIds(ids: readonly number[]): Promise<User[]>
  /** In any letter case, the shortest names first. */
  byPrefix(prefix: string, most: number): Promise<User[]>
}

export function openUsers(database: Database): Users {
  const byIds = database.search((query, values: PlaceholderOf<{ ids: string }>) =>
    query
      .selectFrom('account')
      .select(['account.id', 'account.username'])
      .where((account) => database.engine.inList(account.ref('account.id'), values('ids')))
      .orderBy('account.id'),
  )
  // Served by the index `account_username`.
  const byPrefix = database.search((query, values: PlaceholderOf<PrefixRange & { most: number }>) =>
    query
      .selectFrom('account')
      .select(['account.id', 'account.username'])
      .where('account.username_key', '>=', values('from'))
      .where('account.username_key', '<', values('to'))
      .orderBy((account) => account.fn<number>('length', ['account.username_key']))
      .orderBy('account.username_key')
      .limit(values('most')),
  )
  return {
    byIds: (ids) => byIds.all({ ids: JSON.stringify(ids) }),
    byPrefix: (prefix, most) => byPrefix.all({ ...prefixRange(prefix.trim().toLowerCase()), most }),
  }
}
