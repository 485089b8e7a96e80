import type { Transaction } from 'kysely'
import type { Schema } from '../db/schema.ts'
import type { Actor, ActorContext } from './actor-context.ts'
import type { AuditDetails, AuditKind } from './kinds.ts'

/** Something that happened. `by` did it, to the account of `accountId`, which is null when that is nobody or not known. */
export type AuditEvent = { [Kind in AuditKind]: EventOf<Kind> }[AuditKind]

interface EventOf<Kind extends AuditKind> {
  kind: Kind
  /** Unix milliseconds. */
  at: number
  accountId: number | null
  by: ActorContext
  details: AuditDetails[Kind]
}

/**
 * Writes an entry of the audit log, within the transaction that makes the change, so that there is neither without the
 * other. Names are looked up here: an entry on an account that the transaction removes comes before that.
 */
export async function recordAudit(transaction: Transaction<Schema>, event: AuditEvent): Promise<void> {
  const { kind, at, accountId, by, details } = event
  const [actor_id, actor_account_id] = idsOf(by.actor)
  await transaction
    .insertInto('audit_event')
    .values({
      at,
      kind,
      account_id: accountId,
      username: await usernameOf(transaction, accountId),
      actor: by.actor.via,
      actor_id,
      actor_account_id,
      actor_username: await usernameOf(transaction, actor_account_id),
      network: by.network,
      agent: by.agent,
      details: JSON.stringify(details),
    })
    .execute()
}

const idsOf = (actor: Actor): [id: number | null, accountId: number | null] => {
  if (actor.via === 'session') return [actor.sessionId, actor.accountId]
  if (actor.via === 'token') return [actor.tokenId, actor.accountId]
  return [null, null]
}

async function usernameOf(transaction: Transaction<Schema>, id: number | null): Promise<string | null> {
  if (id === null) return null
  const account = await transaction.selectFrom('account').select('username').where('id', '=', id).executeTakeFirst()
  return account?.username ?? null
}
