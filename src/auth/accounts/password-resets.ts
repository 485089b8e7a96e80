import type { ActorContext } from '../../audit/actor-context.ts'
import { recordAudit } from '../../audit/record.ts'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import { ForbiddenError } from '../errors.ts'
import { revokeSessions } from '../sign-in/revoke-sessions.ts'
import { hashNewPassword, upsertPassword } from './create-account.ts'
import type { OneTimeSecrets } from './one-time-secret.ts'

/** Links by which somebody who lost a password chooses a new one; owners make them, since the hub sends no mail. */
export interface PasswordResets {
  /** A link for an account that can sign in, in place of the one it had; undefined when there is no such account. */
  create(accountId: number, by: ActorContext): Promise<{ text: string; expiresAt: number } | undefined>
  /**
   * Sets the password and ends the sessions of the account; the link has served then. Tokens and second factors stay.
   * @throws ForbiddenError when the link is not valid; Refusal when nobody should have the password
   */
  complete(text: string, password: string, by: ActorContext): Promise<{ username: string }>
}

/** `now` gives Unix milliseconds. */
export function openPasswordResets({
  database,
  secrets,
  now,
}: {
  database: Database
  secrets: OneTimeSecrets
  now: () => number
}): PasswordResets {
  // Unique index `password_reset_digest`.
  const usable = database.lookup((query, values: BindPlaceholder<{ digest: string; at: number }>) =>
    query
      .selectFrom('password_reset')
      .innerJoin('account', 'account.id', 'password_reset.account_id')
      .select(['account.username', 'account.email'])
      .where('digest', '=', values('digest'))
      .where('expires_at', '>', values('at')),
  )
  return {
    create(accountId, by) {
      const { text, digest } = secrets.make()
      const at = now()
      const expiresAt = at + lastsMs
      return database.write(async (transaction) => {
        const account = await transaction
          .selectFrom('account')
          .select('id')
          .where('id', '=', accountId)
          .where('email', 'is not', null)
          .executeTakeFirst()
        if (!account) return undefined
        await transaction.deleteFrom('password_reset').where('account_id', '=', accountId).execute()
        await transaction
          .insertInto('password_reset')
          .values({ account_id: accountId, digest, expires_at: expiresAt })
          .execute()
        await recordAudit(transaction, { kind: 'password-reset-made', at, accountId, by, details: {} })
        return { text, expiresAt }
      })
    },
    async complete(text, password, by) {
      const digest = secrets.digestOf(text)
      // Before the hash, which takes its time.
      const owner = await usable.first({ digest, at: now() })
      if (!owner) throw linkOver()
      const passwordHash = await hashNewPassword(password, owner)
      return database.write(async (transaction) => {
        const at = now()
        const reset = await transaction
          .deleteFrom('password_reset')
          .where('digest', '=', digest)
          .where('expires_at', '>', at)
          .returning('account_id')
          .executeTakeFirst()
        if (!reset) throw linkOver()
        const accountId = reset.account_id
        await upsertPassword(transaction, { accountId, passwordHash, at: new Date(at).toISOString() })
        await recordAudit(transaction, { kind: 'password-reset', at, accountId, by, details: {} })
        await revokeSessions(transaction, { accountId, why: 'password reset', by, at })
        return transaction
          .selectFrom('account')
          .select('username')
          .where('id', '=', accountId)
          .executeTakeFirstOrThrow()
      })
    },
  }
}

const lastsMs = 24 * 3_600_000

const linkOver = () => new ForbiddenError('The link is not valid, has expired, or was used already')
