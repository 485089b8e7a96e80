import type { Transaction } from 'kysely'
import { type ActorContext, hubItself } from '../../audit/actor-context.ts'
import { recordAudit } from '../../audit/record.ts'
import type { Database } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'
import { DomainError } from '../errors.ts'
import type { UnstoredEnds } from '../sign-in/unstored-ends.ts'
import { type Caller, limitsOf, limitsOfCaller, rejectExceedingCaller } from './caller-limits.ts'
import { activeToken } from './change-tokens.ts'
import type { IdempotentRequest, IdempotentRequests } from './idempotent-requests.ts'
import { retrySecret } from './retry-secret.ts'
import type { TokenKind } from './token-format.ts'
import { createSeed, endOfSecret, insertSecret, type NewSecret } from './token-secrets.ts'

/** How the secrets that a rotation replaces end. */
export interface Overlap {
  /** They end after this long, 0 to 30 days. */
  overlapMs: number
  /** They end sooner once they were not used for this long, 1 hour to 30 days. */
  silenceMs?: number | undefined
}

/** What gives tokens new secrets. `by`: who has it done, for the audit log. */
export interface TokenRotation {
  /**
   * Gives a token a new secret; the ones it has end after the overlap. A retry by `caller` (see {@link IdempotentRequest})
   * gets the same secret for a day, as long as it still works, and nothing more ends.
   * @throws DomainError when there is no such token, it has ended, or the overlap is out of bounds; CallerEnded, BeyondCaller or
   *   IdempotencyConflict when `caller` is not allowed to have the secret
   */
  rotate(
    id: number,
    options: Overlap & { caller?: Caller | undefined; idempotency?: IdempotentRequest | undefined; by?: ActorContext },
  ): Promise<{ text: string }>
  /**
   * Sets anew how long, from now, a replaced secret works on: 0 ends it.
   * @throws DomainError when there is no such secret, it is the current one, it has ended, or the overlap is out of bounds
   */
  setOverlap(secret: { tokenId: number; secretId: number }, overlap: Overlap, by?: ActorContext): Promise<void>
}

export function rotateTokens({
  database,
  now,
  makeSecret,
  idempotentRequests,
  ends,
}: {
  database: Database
  now: () => number
  makeSecret: (kind: TokenKind, seed?: string) => NewSecret
  idempotentRequests: IdempotentRequests
  ends: UnstoredEnds
}): TokenRotation {
  return {
    async rotate(id, { caller, idempotency, by = hubItself, ...overlap }) {
      const { overlapMs, silenceMs } = checked(overlap)
      const rotate = async (transaction: Transaction<Schema>) => {
        const at = now()
        const callerLimits = caller && (await limitsOfCaller(transaction, caller, at))
        // A token renews itself with no more than it has.
        const limits = caller?.via.kind === 'token' && caller.via.tokenId === id ? undefined : callerLimits
        const token = await activeToken(transaction, id, at)
        const keyed = caller && idempotency && { accountId: token.account_id, caller, request: idempotency, at }
        const stored = keyed && (await idempotentRequests.find(transaction, keyed))
        if (stored) return await retrySecret(transaction, stored, { limits, at, makeSecret })
        rejectExceedingCaller(limitsOf(token), limits)
        const seed = createSeed()
        const secret = makeSecret(token.kind, seed)
        const secrets = await secretsOf(transaction, id)
        // A secret that an earlier rotation ends sooner, or has ended, keeps its end.
        const replaced = secrets.filter((kept) => (endOfSecret(kept) ?? Infinity) > at + overlapMs)
        await transaction
          .updateTable('token_secret')
          .set({ ends_at: at + overlapMs, superseded_at: at, silence_ms: silenceMs })
          .where('id', 'in', idsOf(replaced))
          .execute()
        await makeRoomForSecret(transaction, id, at)
        const secretId = await insertSecret(transaction, id, secret, at)
        if (keyed) await idempotentRequests.store(transaction, keyed, { secretId, seed })
        const details = { tokenId: id, name: token.name, overlapMs }
        await recordAudit(transaction, { kind: 'token-rotated', at, accountId: token.account_id, by, details })
        return { text: secret.text }
      }
      // Without an overlap it may be a leaked secret that ends. Where even the reserve is used up nothing changes: the new secret
      // would be lost, and revoking the token ends the old one.
      return await database.write(rotate, overlapMs === 0 ? { usesReserve: true } : {})
    },

    async setOverlap({ tokenId, secretId }, overlap, by = hubItself) {
      const { overlapMs, silenceMs } = checked(overlap)
      const at = now()
      const write = async (transaction: Transaction<Schema>) => {
        const token = await activeToken(transaction, tokenId, at)
        const secret = await transaction
          .selectFrom('token_secret')
          .selectAll()
          .where('id', '=', secretId)
          .where('token_id', '=', tokenId)
          .executeTakeFirst()
        if (!secret) throw new DomainError(`Token ${tokenId} has no secret ${secretId}`)
        const end = endOfSecret(secret)
        if (end === null) throw new DomainError('This is the current secret: rotate or revoke the token')
        if (end <= at) throw new DomainError('This secret has ended; what has ended stays so')
        await transaction
          .updateTable('token_secret')
          // Silence counts from here on.
          .set({ ends_at: at + overlapMs, superseded_at: at, silence_ms: silenceMs })
          .where('id', '=', secretId)
          .execute()
        const details = { tokenId, name: token.name, changed: ['overlap'] }
        await recordAudit(transaction, { kind: 'token-changed', at, accountId: token.account_id, by, details })
      }
      if (overlapMs > 0) await database.write(write)
      else await ends.store([`secret ${secretId}`], () => database.write(write, { usesReserve: true }))
    },
  }
}

const maxOverlapMs = 30 * 86_400_000
/** Uses are written once a minute: of less than this, silence could not be told from that. */
const minSilenceMs = 3_600_000
/** Of one token: the current one, and earlier ones that work on or whose late use is to be told. */
const maxSecrets = 20

function checked({ overlapMs, silenceMs }: Overlap): { overlapMs: number; silenceMs: number | null } {
  if (!(overlapMs >= 0 && overlapMs <= maxOverlapMs)) throw new DomainError('The overlap must be from 0 to 30 days')
  if (silenceMs !== undefined && !(silenceMs >= minSilenceMs && silenceMs <= maxOverlapMs))
    throw new DomainError('The silence that ends a secret must be from 1 hour to 30 days')
  return { overlapMs, silenceMs: silenceMs ?? null }
}

/** Index `token_secret_token`. */
const secretsOf = (transaction: Transaction<Schema>, tokenId: number) =>
  transaction
    .selectFrom('token_secret')
    .select(['id', 'superseded_at', 'ends_at', 'silence_ms', 'last_used_at'])
    .where('token_id', '=', tokenId)
    .orderBy('id')
    .execute()

/** Drops the oldest secrets that have ended; one that still works is never dropped. */
async function makeRoomForSecret(transaction: Transaction<Schema>, tokenId: number, at: number) {
  const secrets = await secretsOf(transaction, tokenId)
  const surplus = secrets.length + 1 - maxSecrets
  if (surplus <= 0) return
  const ended = secrets.filter((secret) => (endOfSecret(secret) ?? Infinity) <= at).slice(0, surplus)
  if (ended.length < surplus)
    throw new DomainError(`Token ${tokenId} has ${maxSecrets} secrets that still work; let some of them end first`)
  await transaction.deleteFrom('token_secret').where('id', 'in', idsOf(ended)).execute()
}

const idsOf = (secrets: { id: number }[]) => secrets.map(({ id }) => id)
