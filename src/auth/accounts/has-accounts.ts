import type { Transaction } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'

/** Whether anybody can sign in: until then the hub has no owner. */
export function openHasAccounts(database: Database): () => Promise<boolean> {
  // Index `account_email`.
  const first = database.keptLookup((query) =>
    query.selectFrom('account').select('id').where('email', 'is not', null).limit(1),
  )
  return async () => (await first.first({})) !== undefined
}

/** The same within a transaction, where nobody else can come first. */
export const hasAccounts = async (transaction: Transaction<Schema>): Promise<boolean> =>
  (await transaction.selectFrom('account').select('id').where('email', 'is not', null).limit(1).executeTakeFirst()) !==
  undefined
