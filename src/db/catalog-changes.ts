import type { Transaction } from 'kysely'
import type { Schema } from './schema.ts'

/** What a change of the catalog concerned, as the keys of public answers (`catalog/cache-tags.ts`); or anything. */
export type CacheInvalidation = readonly string[] | 'catalog'

/** Caches that have slept longer forget all they hold. */
const changesKept = 1000

/** Notes that public answers may differ from now on; of no key nothing changed. */
export async function recordCacheInvalidation(
  transaction: Transaction<Schema>,
  change: CacheInvalidation,
): Promise<void> {
  if (change.length === 0) return
  const { revision } = await transaction
    .updateTable('catalog_revision')
    .set((row) => ({ revision: row('revision', '+', 1) }))
    .returning('revision')
    .executeTakeFirstOrThrow()
  await transaction
    .insertInto('catalog_change')
    .values({ revision, keys: change === 'catalog' ? null : JSON.stringify(change) })
    .execute()
  await transaction
    .deleteFrom('catalog_change')
    .where('revision', '<=', revision - changesKept)
    .execute()
}

/**
 * What the changes from one revision to a later one concerned, of the rows that were noted in between; a gap among them
 * means anything.
 */
export function affectedTags(rows: readonly { keys: string | null }[], revisions: number): CacheInvalidation {
  if (rows.length < revisions || rows.some(({ keys }) => keys === null)) return 'catalog'
  return [...new Set(rows.flatMap(({ keys }) => JSON.parse(keys ?? '[]') as string[]))]
}
