import type { Transaction } from 'kysely'
import { recordAudit } from '../../audit/record.ts'
import type { Database } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'
import { sanitizeSender } from '../client-metadata.ts'
import type { PresentedCredentials } from '../principal.ts'
import { storedOnly, type UnstoredEnds } from '../sign-in/unstored-ends.ts'
import { revokeToken } from './change-tokens.ts'
import { tokenKindOf } from './token-format.ts'
import { endOfSecret } from './token-secrets.ts'
import { type Warning, writeWarnings } from './token-warnings.ts'

/** Where secrets of tokens turned up that have no business there. */
export interface LeakedTokens {
  /**
   * Ends the tokens that these texts are of, and has their owners told who reported them. Of a token that was rotated
   * since only the secret ends. What is no token of this hub is passed over.
   */
  reportLeaks(texts: readonly string[], by: Pick<PresentedCredentials, 'address' | 'userAgent'>): Promise<void>
  /** Has the owners of these tokens told that they stand in the library, in `place`. Nothing ends. */
  noteFound(texts: readonly string[], place: string): Promise<void>
}

export function leakedTokens({
  database,
  now,
  digestOf,
  ends = storedOnly,
}: {
  database: Database
  now: () => number
  digestOf: (text: string) => string
  ends?: UnstoredEnds
}): LeakedTokens {
  /** Does `work` for each secret that is known; what has not the form of a token costs no look-up. */
  const forEach = async (
    texts: readonly string[],
    work: (transaction: Transaction<Schema>, secret: KnownSecret, at: number) => Promise<void>,
    store: (digests: readonly string[], write: WriteAll) => Promise<void>,
  ) => {
    const digests = [...new Set(texts)].filter((text) => tokenKindOf(text) !== undefined).map(digestOf)
    if (digests.length === 0) return
    await store(digests, async (transaction) => {
      const at = now()
      for (const secret of await knownSecrets(transaction, digests)) await work(transaction, secret, at)
    })
  }
  /** Of texts that no token of this hub has, nothing is refused: nobody has them. */
  const end = (digests: readonly string[], write: WriteAll) =>
    ends.store(
      digests.map((digest) => `digest ${digest}` as const),
      () => database.write(write, { usesReserve: true }),
    )
  return {
    reportLeaks: (texts, by) =>
      forEach(
        texts,
        async (transaction, secret, at) => {
          const end = endOfSecret(secret)
          const actorContext = { actor: { via: 'nobody' as const }, ...sanitizeSender(by) }
          const { account_id: accountId, token_id: tokenId, name } = secret
          if (end !== null && end > at) {
            await transaction.updateTable('token_secret').set({ ends_at: at }).where('id', '=', secret.id).execute()
            const details = { tokenId, name, changed: ['overlap'] }
            await recordAudit(transaction, { kind: 'token-changed', at, accountId, by: actorContext, details })
          }
          if (end === null && secret.revoked_at === null)
            await revokeToken(
              transaction,
              { ...secret, id: secret.token_id },
              { at, reason: 'reported as leaked', by: actorContext },
            )
          await warn(transaction, secret, { kind: 'leak', ...sanitizeSender(by), place: '', at })
        },
        end,
      ),

    noteFound: (texts, place) =>
      forEach(
        texts,
        (transaction, secret, at) => warn(transaction, secret, { kind: 'found', network: '', agent: '', place, at }),
        (_digests, write) => database.write(write),
      ),
  }
}

type WriteAll = (transaction: Transaction<Schema>) => Promise<void>
type KnownSecret = Awaited<ReturnType<typeof knownSecrets>>[number]

/** Unique index `token_secret_digest`. */
const knownSecrets = (transaction: Transaction<Schema>, digests: string[]) =>
  transaction
    .selectFrom('token_secret')
    .innerJoin('token', 'token.id', 'token_secret.token_id')
    .where('digest', 'in', digests)
    .select(['token_secret.id', 'token_id', 'superseded_at', 'ends_at', 'silence_ms', 'last_used_at', 'revoked_at'])
    .select(['account_id', 'name'])
    .orderBy('token_secret.id')
    .execute()

const warn = (transaction: Transaction<Schema>, { token_id }: KnownSecret, warning: Warning) =>
  writeWarnings(transaction, token_id, [warning])
