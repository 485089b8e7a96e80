import { isDeepStrictEqual } from 'node:util'
import type { Transaction } from 'kysely'
import { type ActorContext, hubItself } from '../../audit/actor-context.ts'
import { recordAudit } from '../../audit/record.ts'
import type { Database } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'
import { DomainError } from '../errors.ts'
import type { UnstoredEnds } from '../sign-in/unstored-ends.ts'
import { type Caller, limitsOfCaller, rejectExceedingCaller } from './caller-limits.ts'
import type { IdempotentRequest, IdempotentRequests } from './idempotent-requests.ts'
import { retrySecret } from './retry-secret.ts'
import type { TokenKind } from './token-format.ts'
import { createSeed, insertSecret, type NewSecret } from './token-secrets.ts'
import { type TokenProperties, validateProperties } from './token-validation.ts'

/** What a token is made of; what is left out is as wide as its kind allows. */
export interface NewToken extends Partial<TokenProperties> {
  accountId: number
  /** `bearer` unless said otherwise. */
  kind?: TokenKind
  name: string
  scope: number
}

/** What makes, changes and ends tokens. `by`: who has it done, for the audit log. */
export interface TokenChanges {
  /**
   * Creates a token and returns its text, which is not stored. A retry by `caller` (see {@link IdempotentRequest}) gets the
   * same token and text for a day, as long as both still work.
   * @throws DomainError when a property is out of bounds; CallerEnded, BeyondCaller or IdempotencyConflict when `caller` is not
   *   allowed to have the token
   */
  create(
    token: NewToken,
    options?: { caller?: Caller | undefined; idempotency?: IdempotentRequest | undefined; by?: ActorContext },
  ): Promise<{ id: number; text: string }>
  /**
   * Changes properties of a token, from the next request on; what is left out stays.
   * @throws DomainError when there is no such token, it has ended, or a property is out of bounds
   */
  change(id: number, changes: Partial<TokenProperties>, by?: ActorContext): Promise<void>
  /**
   * Ends a token for good. One that was revoked before keeps its first reason.
   * @throws DomainError when there is no such token; DiskFull when the end is not stored, see {@link UnstoredEnds}
   */
  revoke(id: number, reason: string, by?: ActorContext): Promise<void>
  /**
   * Drops the warnings of an account's token that were written: its owner has seen them. What was warned of is not warned
   * of again. A token that the account has not is left alone.
   */
  dismissWarnings(owned: { accountId: number; id: number }): Promise<void>
}

export function changeTokens({
  database,
  now,
  makeSecret,
  idempotentRequests,
  longestLifeMs: maxLifetimeMs,
  ends,
}: {
  database: Database
  now: () => number
  /** Of a kind; the same for the same seed. */
  makeSecret: (kind: TokenKind, seed?: string) => NewSecret
  idempotentRequests: IdempotentRequests
  longestLifeMs: number | undefined
  ends: UnstoredEnds
}): TokenChanges {
  return {
    async create({ accountId, kind = 'bearer', ...wanted }, { caller, idempotency, by = hubItself } = {}) {
      return await database.write(async (transaction) => {
        const at = now()
        const properties = validateProperties(kind, { ...widest, ...wanted }, { at, longestLifeMs: maxLifetimeMs })
        const limits = caller && (await limitsOfCaller(transaction, caller, at))
        const keyed = caller && idempotency && { accountId, caller, request: idempotency, at }
        const stored = keyed && (await idempotentRequests.find(transaction, keyed))
        if (stored) return await retrySecret(transaction, stored, { limits, at, makeSecret })
        rejectExceedingCaller(properties, limits)
        await refuseTooMany(transaction, accountId, at)
        const seed = createSeed()
        const secret = makeSecret(kind, seed)
        const { id } = await transaction
          .insertInto('token')
          .values({ account_id: accountId, kind, created_at: at, ...columnsOf(properties) })
          .returning('id')
          .executeTakeFirstOrThrow()
        await writeOrigins(transaction, id, properties.origins)
        const secretId = await insertSecret(transaction, id, secret, at)
        if (keyed) await idempotentRequests.store(transaction, keyed, { secretId, seed })
        const { name, scope, expiresAt } = properties
        const details = { tokenId: id, name, kind, scope, expiresAt }
        await recordAudit(transaction, { kind: 'token-made', at, accountId, by, details })
        return { id, text: secret.text }
      })
    },

    async change(id, changes, by = hubItself) {
      await database.write(async (transaction) => {
        const at = now()
        const token = await activeToken(transaction, id, at)
        const before = { ...propertiesOf(token), origins: await originsOf(transaction, id) }
        const properties = validateProperties(
          token.kind,
          { ...before, ...changes },
          // What was allowed when the token was made stays allowed while nobody touches it.
          { at, longestLifeMs: changes.expiresAt === undefined ? undefined : maxLifetimeMs },
        )
        await transaction.updateTable('token').set(columnsOf(properties)).where('id', '=', id).execute()
        if (changes.origins) await writeOrigins(transaction, id, properties.origins)
        const changed = propertyNames.filter((name) => !isDeepStrictEqual(before[name], properties[name]))
        if (changed.length === 0) return
        const details = { tokenId: id, name: properties.name, changed }
        await recordAudit(transaction, { kind: 'token-changed', at, accountId: token.account_id, by, details })
      })
    },

    async revoke(id, reason, by = hubItself) {
      const at = now()
      const write = async (transaction: Transaction<Schema>) => {
        const token = await tokenOrRefusal(transaction, id)
        if (token.revoked_at === null) await revokeToken(transaction, token, { at, reason, by })
      }
      await ends.store([`token ${id}`], () => database.write(write, { usesReserve: true }))
    },

    async dismissWarnings({ accountId, id }) {
      await database.write((transaction) =>
        transaction
          .deleteFrom('token_warning')
          .where('token_id', 'in', (query) =>
            query.selectFrom('token').select('id').where('id', '=', id).where('account_id', '=', accountId),
          )
          .execute(),
      )
    },
  }
}

/** `?token=` is taken everywhere unless said otherwise: many tools know nothing else. */
const widest = { expiresAt: null, networks: [], queryPolicy: 'always', origins: [] } as const
/** Of one account, at one time. */
const maxActiveTokens = 500

const propertyNames = ['name', 'scope', 'expiresAt', 'networks', 'queryPolicy', 'origins'] as const

const columnsOf = ({ name, scope, expiresAt, networks, queryPolicy }: TokenProperties) => ({
  name,
  scope,
  expires_at: expiresAt,
  networks: JSON.stringify(networks),
  query_policy: queryPolicy,
})

type TokenRow = Awaited<ReturnType<typeof tokenOrRefusal>>

const propertiesOf = ({ name, scope, expires_at, networks, query_policy }: TokenRow) => ({
  name,
  scope,
  expiresAt: expires_at,
  networks: JSON.parse(networks) as string[],
  queryPolicy: query_policy,
})

/** Ends it, whatever it was before. */
export async function revokeToken(
  transaction: Transaction<Schema>,
  { id, account_id: accountId, name }: Pick<TokenRow, 'id' | 'account_id' | 'name'>,
  { at, reason, by }: { at: number; reason: string; by: ActorContext },
): Promise<void> {
  await transaction.updateTable('token').set({ revoked_at: at, revoked_reason: reason }).where('id', '=', id).execute()
  const details = { tokenId: id, name, reason }
  await recordAudit(transaction, { kind: 'token-revoked', at, accountId, by, details })
}

/**
 * A token that works still.
 * @throws DomainError when there is none, or it has ended
 */
export async function activeToken(transaction: Transaction<Schema>, id: number, at: number): Promise<TokenRow> {
  const token = await tokenOrRefusal(transaction, id)
  if (token.revoked_at !== null) throw new DomainError(`Token ${id} is revoked`)
  if (token.expires_at !== null && token.expires_at <= at) throw new DomainError(`Token ${id} has expired`)
  return token
}

async function tokenOrRefusal(transaction: Transaction<Schema>, id: number) {
  const token = await transaction.selectFrom('token').selectAll().where('id', '=', id).executeTakeFirst()
  if (!token) throw new DomainError(`There is no token ${id}`)
  return token
}

/** Index `token_origin_token`. */
async function originsOf(transaction: Transaction<Schema>, id: number): Promise<string[]> {
  const rows = await transaction.selectFrom('token_origin').select('origin').where('token_id', '=', id).execute()
  return rows.map(({ origin }) => origin)
}

async function writeOrigins(transaction: Transaction<Schema>, id: number, origins: readonly string[]) {
  await transaction.deleteFrom('token_origin').where('token_id', '=', id).execute()
  if (origins.length === 0) return
  const rows = origins.map((origin) => ({ origin, token_id: id }))
  await transaction.insertInto('token_origin').values(rows).execute()
}

async function refuseTooMany(transaction: Transaction<Schema>, accountId: number, at: number) {
  const { active } = await transaction
    .selectFrom('token')
    .select((query) => query.fn.countAll<number | string>().as('active'))
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', at)]))
    .executeTakeFirstOrThrow()
  if (Number(active) >= maxActiveTokens)
    throw new DomainError(`An account has at most ${maxActiveTokens} active tokens; revoke some first`)
}
