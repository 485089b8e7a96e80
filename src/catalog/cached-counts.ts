import type { Transaction } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Database } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import type { Schema } from '../db/schema.ts'

type CountedTable = Schema['kept_count']['name']

const keptMilliseconds = 60_000
const queriesKept = 1000

/**
 * How many rows a numbered list has for what was typed; `counted` is where the whole list is kept count of. Counting what
 * was typed reads as many index entries as fit, so such a count is kept for a minute, and no longer than the catalog stays
 * as it is.
 */
export function cacheCounts(
  database: Database,
  counted: CountedTable,
  count: (query: string) => Promise<number>,
): (query: string) => Promise<number> {
  // By key.
  const all = database.search((query, values: BindPlaceholder<{ name: CountedTable }>) =>
    query.selectFrom('kept_count').select('count').where('name', '=', values('name')),
  )
  const kept = new LRUCache<string, Promise<number>>({ max: queriesKept, ttl: keptMilliseconds })
  return async (query) => {
    if (query === '') return Number((await all.first({ name: counted }))?.count)
    const key = `${database.catalogRevision()} ${query}`
    const known = kept.get(key)
    if (known) return known
    const counting = count(query)
    kept.set(key, counting)
    // A failure is told to whoever waits for it, and is not kept.
    counting.catch(() => kept.delete(key))
    return counting
  }
}

/** One more or less of a table's rows has a listed model. */
export const adjustCount = (transaction: Transaction<Schema>, name: CountedTable, by: 1 | -1) =>
  transaction
    .updateTable('kept_count')
    .set((row) => ({ count: row('count', '+', by) }))
    .where('name', '=', name)
    .execute()
