import { type Expression, sql, type Transaction } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { SqlDialect } from '../../db/sql-dialect.ts'

/** The context of every recording step: one transaction of the catalog. */
export interface Recording {
  transaction: Transaction<Schema>
  engine: SqlDialect
  /** Unix milliseconds. */
  now: number
  /** Paths of hub-owned images that lost a row. The recorder deletes unused ones after the commit. */
  orphanedImages: string[]
  /** Models that change in this transaction, by id, with their state before the first change. */
  trackedModels: Map<number, { contribution: ModelContribution; listing: string }>
  /** Cache tags of the public responses that differ after the commit (`catalog/cache-tags.ts`). */
  invalidatedTags: Set<string>
}

/** A model's share of the counts of other rows: one for its creator and one for each of its tags while it is listed. */
export interface ModelContribution {
  creatorId: number | null
  tagIds: number[]
}

/** Returns the condition that a column has one of `values`, which are bound as one parameter. */
export const isOneOf = (
  { engine }: Pick<Recording, 'engine'>,
  column: Expression<unknown>,
  values: readonly (number | string)[],
) => engine.inList(column, sql.val(JSON.stringify(values)))
