import type { Transaction } from 'kysely'
import { z } from 'zod'
import type { ActorContext } from '../../audit/actor-context.ts'
import { recordAudit } from '../../audit/record.ts'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { Schema } from '../../db/schema.ts'
import { DomainError } from '../errors.ts'
import type { OneTimeSecrets } from './one-time-secret.ts'

/** An invitation as owners see it. Times are Unix milliseconds. */
export interface Invitation {
  id: number
  /** Null: it is for whoever has the link. */
  email: string | null
  createdAt: number
  expiresAt: number
  usedAt: number | null
  /** Usernames; null where nobody, or an account that is gone. */
  usedBy: string | null
  createdBy: string | null
}

/** What owners give to people who are to make an account of their own. */
export interface Invitations {
  /** Newest first, used and expired ones included. */
  list(): Promise<Invitation[]>
  /**
   * Makes an invitation; `text` is given this once.
   * @throws DomainError when the address is none
   */
  create(wanted: {
    email: string | undefined
    lastsMs: number
    createdBy: number
    by: ActorContext
  }): Promise<{ id: number; text: string; expiresAt: number }>
  /** Takes an invitation back; false when there is no such one. */
  remove(id: number, by: ActorContext): Promise<boolean>
  /** What an invitation that can be used says; undefined for any other. */
  findUsable(text: string): Promise<UsableInvitation | undefined>
}

export interface UsableInvitation {
  id: number
  email: string | null
}

export function openInvitations({
  database,
  secrets,
  now,
}: {
  database: Database
  secrets: OneTimeSecrets
  now: () => number
}): Invitations {
  const all = database.search((query) =>
    query
      .selectFrom('invitation')
      .leftJoin('account as maker', 'maker.id', 'invitation.created_by')
      .leftJoin('account as guest', 'guest.id', 'invitation.used_by')
      .select([
        'invitation.id',
        'invitation.email',
        'invitation.created_at as createdAt',
        'invitation.expires_at as expiresAt',
        'invitation.used_at as usedAt',
        'guest.username as usedBy',
        'maker.username as createdBy',
      ])
      .orderBy('invitation.id', 'desc'),
  )
  // Unique index `invitation_digest`.
  const usable = database.lookup((query, values: BindPlaceholder<{ digest: string; at: number }>) =>
    query
      .selectFrom('invitation')
      .select(['id', 'email'])
      .where('digest', '=', values('digest'))
      .where('used_at', 'is', null)
      .where('expires_at', '>', values('at')),
  )
  return {
    list: () => all.all({}),
    async create({ email, lastsMs, createdBy, by }) {
      const address = email?.trim().toLowerCase() ?? null
      if (address !== null && !z.email().max(254).safeParse(address).success)
        throw new DomainError(`"${email}" is not an e-mail address`)
      const { text, digest } = secrets.make()
      const at = now()
      const row = { digest, email: address, created_by: createdBy, created_at: at, expires_at: at + lastsMs }
      const { id } = await database.write(async (transaction) => {
        const made = await transaction.insertInto('invitation').values(row).returning('id').executeTakeFirstOrThrow()
        const details = { invitationId: made.id, email: address }
        await recordAudit(transaction, { kind: 'invitation-made', at, accountId: null, by, details })
        return made
      })
      return { id, text, expiresAt: row.expires_at }
    },
    remove: (id, by) =>
      database.write(async (transaction) => {
        const { numDeletedRows } = await transaction.deleteFrom('invitation').where('id', '=', id).executeTakeFirst()
        if (numDeletedRows === 0n) return false
        const details = { invitationId: id }
        await recordAudit(transaction, { kind: 'invitation-removed', at: now(), accountId: null, by, details })
        return true
      }),
    findUsable: (text) => usable.first({ digest: secrets.digestOf(text), at: now() }),
  }
}

/** Uses an invitation up, for the account that it made; false when somebody was faster, or it was taken back. */
export async function consumeInvitation(
  transaction: Transaction<Schema>,
  { id, accountId, at }: { id: number; accountId: number; at: number },
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('invitation')
    .set({ used_at: at, used_by: accountId })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
