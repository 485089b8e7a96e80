import { LRUCache } from 'lru-cache'
import type { Database } from '../db/database.ts'

const keptMilliseconds = 60_000
const queriesKept = 1000

/**
 * How many rows a numbered list has for what was typed. Counting reads as many index entries as there are rows, so a
 * count is kept for a minute, and no longer than the catalog stays as it is.
 */
export function keepCounts(
  database: Database,
  count: (query: string) => Promise<number>,
): (query: string) => Promise<number> {
  const kept = new LRUCache<string, Promise<number>>({ max: queriesKept, ttl: keptMilliseconds })
  return (query) => {
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
