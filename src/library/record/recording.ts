import { type Expression, sql, type Transaction } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { SqlDialect } from '../../db/sql-dialect.ts'
import type { ModelContribution } from './model-contribution.ts'

/** What every step of recording works with: one transaction of the catalog. */
export interface Recording {
  transaction: Transaction<Schema>
  engine: SqlDialect
  /** Unix milliseconds. */
  now: number
  /** Images of the hub's own that nothing names any more; the caller deletes them once the transaction is on the disk. */
  orphanedImages: string[]
  /** Models that change in this transaction, each as it counted and was listed before. */
  trackedModels: Map<number, { contribution: ModelContribution; listing: string }>
  /** The keys of public answers that differ once the transaction is on the disk (`catalog/catalog-keys.ts`). */
  invalidatedTags: Set<string>
}

/** The condition that a column has one of these values, which are bound as one parameter. */
export const isOneOf = (
  { engine }: Pick<Recording, 'engine'>,
  column: Expression<unknown>,
  values: readonly (number | string)[],
) => engine.inList(column, sql.val(JSON.stringify(values)))
