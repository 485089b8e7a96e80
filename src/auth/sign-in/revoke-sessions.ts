import type { Transaction } from 'kysely'
import type { ActorContext } from '../../audit/actor-context.ts'
import type { SessionEnd } from '../../audit/kinds.ts'
import { recordAudit } from '../../audit/record.ts'
import type { Schema } from '../../db/schema.ts'

/** Ends every session of an account, within the transaction that is the reason why. */
export async function revokeSessions(
  transaction: Transaction<Schema>,
  { accountId, why, by, at }: { accountId: number; why: SessionEnd; by: ActorContext; at: number },
): Promise<void> {
  const ended = await transaction.deleteFrom('session').where('user_id', '=', accountId).returning('id').execute()
  for (const { id: sessionId } of ended)
    await recordAudit(transaction, { kind: 'session-ended', at, accountId, by, details: { sessionId, why } })
}
