import type { Transaction } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { TokenWarningTable } from '../../db/tables/tokens.ts'

/** What the owner of a token should look at. */
export type Warning = Pick<TokenWarningTable, 'kind' | 'network' | 'agent' | 'at'> & { place?: string }

/** At most this many warnings of a token wait for its owner; the oldest is dropped. */
const maxWarnings = 50

/** Adds warnings for the owner of a token; one that waits already is not repeated. */
export async function writeWarnings(
  transaction: Transaction<Schema>,
  tokenId: number,
  warnings: readonly Warning[],
): Promise<void> {
  if (warnings.length === 0) return
  await transaction
    .insertInto('token_warning')
    .values(warnings.map((warning) => ({ token_id: tokenId, ...warning })))
    .onConflict((conflict) => conflict.columns(['token_id', 'kind', 'network', 'agent', 'place']).doNothing())
    .execute()
  // Index `token_warning_token`.
  await transaction
    .deleteFrom('token_warning')
    .where('token_id', '=', tokenId)
    .where('id', 'not in', (query) =>
      query
        .selectFrom('token_warning')
        .select('id')
        .where('token_id', '=', tokenId)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(maxWarnings),
    )
    .execute()
}
