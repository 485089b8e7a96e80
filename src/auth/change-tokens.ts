import type { Transaction } from 'kysely'
import type { Database } from '../db/database.ts'
import type { Schema, TokenTable } from '../db/schema.ts'
import { readNetwork } from './networks.ts'
import { Refusal } from './refusal.ts'
import { scopeMask, scopePresets } from './scopes.ts'

/** What a token is made of. */
export interface NewToken {
  accountId: number
  /** Label for its owner, 1 to 64 characters. */
  name: string
  /** Scope mask; `UserRead` is added. */
  scope: number
  /** Unix milliseconds; without it the token does not expire. */
  expiresAt?: number
  /** Addresses or CIDR networks it may be used from; none: from anywhere. */
  networks?: readonly string[]
  /** Where `?token=` is taken: nowhere, for downloads only, everywhere (the default, for compatibility). */
  queryPolicy?: TokenTable['query_policy']
}

/** A new secret: its text for the caller's eyes, and what is stored of it. */
export interface NewSecret {
  text: string
  digest: string
  lastFour: string
}

/** What makes, renews and ends tokens. */
export interface TokenChanges {
  /**
   * Makes a token; its text is given this once.
   * @throws Refusal when a property is out of bounds
   */
  create(token: NewToken): Promise<{ id: number; text: string }>
  /**
   * Gives a token a new secret; the ones it has end after `overlapMs` (0 to 30 days).
   * @throws Refusal when there is no such token, it has ended, or the overlap is out of bounds
   */
  rotate(id: number, options: { overlapMs: number }): Promise<{ text: string }>
  /**
   * Ends a token for good. One that was revoked before keeps its first reason.
   * @throws Refusal when there is no such token
   */
  revoke(id: number, reason: string): Promise<void>
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
}: {
  database: Database
  now: () => number
  makeSecret: () => NewSecret
}): TokenChanges {
  return {
    async create(token) {
      const at = now()
      const row = readToken(token, at)
      const secret = makeSecret()
      const id = await database.write(async (transaction) => {
        await refuseTooMany(transaction, token.accountId, at)
        const made = await transaction.insertInto('token').values(row).returning('id').executeTakeFirstOrThrow()
        await insertSecret(transaction, made.id, secret, at)
        return made.id
      })
      return { id, text: secret.text }
    },

    async rotate(id, { overlapMs }) {
      if (!(overlapMs >= 0 && overlapMs <= longestOverlapMs)) throw new Refusal('The overlap must be from 0 to 30 days')
      const secret = makeSecret()
      await database.write(async (transaction) => {
        const at = now()
        const token = await tokenOrRefusal(transaction, id)
        if (token.revoked_at !== null) throw new Refusal(`Token ${id} is revoked`)
        if (token.expires_at !== null && token.expires_at <= at) throw new Refusal(`Token ${id} has expired`)
        await transaction
          .updateTable('token_secret')
          .set({ ends_at: at + overlapMs })
          .where('token_id', '=', id)
          // A secret that an earlier rotation ends sooner keeps its end.
          .where((where) => where.or([where('ends_at', 'is', null), where('ends_at', '>', at + overlapMs)]))
          .execute()
        await makeRoomForSecret(transaction, id, at)
        await insertSecret(transaction, id, secret, at)
      })
      return { text: secret.text }
    },

    async revoke(id, reason) {
      await database.write(async (transaction) => {
        const token = await tokenOrRefusal(transaction, id)
        if (token.revoked_at !== null) return
        await transaction
          .updateTable('token')
          .set({ revoked_at: now(), revoked_reason: reason })
          .where('id', '=', id)
          .execute()
      })
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

const longestOverlapMs = 30 * 86_400_000
const longestName = 64
/** Each request compares with them. */
const mostNetworks = 50
/** Of one account, at one time. */
const mostActiveTokens = 500
/** Of one token: the current one, and earlier ones that work on or whose late use is to be told. */
const mostSecrets = 20

/** Checks what a person asked for, and gives the row. */
function readToken({ accountId, name, scope, expiresAt, networks = [], queryPolicy = 'always' }: NewToken, at: number) {
  const label = name.trim()
  if (label.length < 1 || label.length > longestName) throw new Refusal('The name of a token has 1 to 64 characters')
  if (/\p{Cc}/u.test(label)) throw new Refusal('The name of a token has no control characters')
  if (!Number.isInteger(scope) || scope < 0 || scope > scopePresets.Full)
    throw new Refusal('The scope is not a scope mask')
  if (expiresAt !== undefined && !(expiresAt > at)) throw new Refusal('The expiry of a token must lie in the future')
  if (networks.length > mostNetworks) throw new Refusal(`A token has at most ${mostNetworks} networks`)
  return {
    account_id: accountId,
    name: label,
    scope: scope | scopeMask(['UserRead']),
    networks: JSON.stringify(networks.map(networkOrRefusal)),
    query_policy: queryPolicy,
    created_at: at,
    expires_at: expiresAt ?? null,
    revoked_at: null,
    revoked_reason: null,
  }
}

function networkOrRefusal(text: string): string {
  const network = readNetwork(text)
  if (network === undefined) throw new Refusal(`"${text}" is not an address or a network such as 192.168.0.0/16`)
  return network
}

async function tokenOrRefusal(transaction: Transaction<Schema>, id: number) {
  const token = await transaction
    .selectFrom('token')
    .select(['revoked_at', 'expires_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!token) throw new Refusal(`There is no token ${id}`)
  return token
}

async function refuseTooMany(transaction: Transaction<Schema>, accountId: number, at: number) {
  const { active } = await transaction
    .selectFrom('token')
    .select((query) => query.fn.countAll<number | string>().as('active'))
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', at)]))
    .executeTakeFirstOrThrow()
  if (Number(active) >= mostActiveTokens)
    throw new Refusal(`An account has at most ${mostActiveTokens} active tokens; revoke some first`)
}

/** Drops the oldest secrets that have ended; one that still works is never dropped. */
async function makeRoomForSecret(transaction: Transaction<Schema>, tokenId: number, at: number) {
  const secrets = await transaction
    .selectFrom('token_secret')
    .select(['id', 'ends_at'])
    .where('token_id', '=', tokenId)
    .orderBy('id')
    .execute()
  const surplus = secrets.length + 1 - mostSecrets
  if (surplus <= 0) return
  const ended = secrets.filter(({ ends_at }) => ends_at !== null && ends_at <= at).slice(0, surplus)
  if (ended.length < surplus)
    throw new Refusal(`Token ${tokenId} has ${mostSecrets} secrets that still work; let some of them end first`)
  await transaction
    .deleteFrom('token_secret')
    .where(
      'id',
      'in',
      ended.map(({ id }) => id),
    )
    .execute()
}

async function insertSecret(
  transaction: Transaction<Schema>,
  tokenId: number,
  { digest, lastFour }: NewSecret,
  at: number,
) {
  await transaction
    .insertInto('token_secret')
    .values({ token_id: tokenId, digest, last_four: lastFour, created_at: at })
    .execute()
}
