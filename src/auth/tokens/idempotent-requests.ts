import { createHmac, type KeyObject } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import { DomainError } from '../errors.ts'
import type { Caller } from './caller-limits.ts'

/** A request that its client can retry under the same `Idempotency-Key`. */
export interface IdempotentRequest {
  key: string
  /** What the request does: method, path and body, in one form for equal requests. */
  operation: string
}

/** The key cannot be used for this request. `message` says why; answered with 422 (draft-ietf-httpapi-idempotency-key-header §2.7). */
export class IdempotencyConflict extends DomainError {
  override name = 'IdempotencyConflict'
}

/** The texts of conflicts, for clients. */
export const conflictTexts = {
  otherCaller: 'This Idempotency-Key was used by another token or session of this account',
  otherRequest: 'This Idempotency-Key was used for another request',
  secretEnded: 'The secret that this Idempotency-Key created has ended: use a new key',
}

/** The stored result of a request: which secret it created, and the random value that its text is derived from. */
export interface StoredResult {
  secretId: number
  seed: string
}

/** Stored results of requests. Every method runs within the transaction that the request makes its change in. */
export interface IdempotentRequests {
  /**
   * Returns the result of an earlier request with this key; undefined when there is none, or its retention has passed.
   * @throws IdempotencyConflict when another credential of the account made that request, or it was another request
   */
  find(transaction: Transaction<Schema>, retry: KeyedRequest): Promise<StoredResult | undefined>
  /** Stores the result of the first request with this key. */
  store(transaction: Transaction<Schema>, request: KeyedRequest, result: StoredResult): Promise<void>
}

/** A request as its key is looked up: keys of different accounts are independent. `at`: Unix milliseconds. */
export interface KeyedRequest {
  accountId: number
  caller: Caller
  request: IdempotentRequest
  at: number
}

/** Results are stored for this long. Afterwards a key begins a new request. */
const retentionMs = 86_400_000

/** `key` is for the digests: nothing that a client sent is stored as it is. */
export function openIdempotentRequests(key: KeyObject): IdempotentRequests {
  const digestOf = (text: string) => createHmac('sha256', key).update(text).digest('hex')
  return {
    async find(transaction, { accountId, caller, request, at }) {
      // Index `idempotent_request_created`.
      await transaction
        .deleteFrom('idempotent_request')
        .where('created_at', '<=', at - retentionMs)
        .execute()
      // Primary key.
      const found = await transaction
        .selectFrom('idempotent_request')
        .select(['caller', 'request_digest', 'secret_id', 'seed'])
        .where('account_id', '=', accountId)
        .where('key_digest', '=', digestOf(request.key))
        .executeTakeFirst()
      if (!found) return undefined
      if (found.caller !== nameOf(caller)) throw new IdempotencyConflict(conflictTexts.otherCaller)
      if (found.request_digest !== digestOf(request.operation))
        throw new IdempotencyConflict(conflictTexts.otherRequest)
      return { secretId: found.secret_id, seed: found.seed }
    },

    async store(transaction, { accountId, caller, request, at }, { secretId, seed }) {
      await transaction
        .insertInto('idempotent_request')
        .values({
          account_id: accountId,
          key_digest: digestOf(request.key),
          caller: nameOf(caller),
          request_digest: digestOf(request.operation),
          secret_id: secretId,
          seed,
          created_at: at,
        })
        .execute()
    },
  }
}

/** A token keeps its name when it is rotated: its new secret speaks for the same caller. */
const nameOf = ({ via }: Caller): string => (via.kind === 'token' ? `token ${via.tokenId}` : `session ${via.sessionId}`)
