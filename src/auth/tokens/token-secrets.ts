import { hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import { createTokenText, type TokenKind } from './token-format.ts'

/** A new secret: its text for the caller's eyes, and what is stored of it. */
export interface NewSecret {
  text: string
  digest: string
  lastFour: string
}

/**
 * Creates secrets of tokens. Without a seed the text is random. With a seed it is derived from that and `key`, so that a
 * retry of the request that created it gets the same text although no text is stored. A seed is random and used for one
 * secret: no other request, and no later use of the same `Idempotency-Key`, gives the same text again.
 */
export function secretFactory({
  key,
  digestOf,
}: {
  key: KeyObject
  digestOf: (text: string) => string
}): (kind: TokenKind, seed?: string) => NewSecret {
  return (kind, seed) => {
    const text = createTokenText(seed === undefined ? randomBytes : bytesOf(key, `seed ${seed}`), kind)
    return { text, digest: digestOf(text), lastFour: text.slice(-4) }
  }
}

/** A new seed: 256 random bits. */
export const createSeed = (): string => randomBytes(32).toString('hex')

/** One after the other, as many as are asked for (RFC 5869). */
function bytesOf(key: KeyObject, seed: string): (size: number) => Uint8Array {
  let part = 0
  return (size) => new Uint8Array(hkdfSync('sha256', key, '', `${part++} ${seed}`, size))
}

/** Inserts a secret of a token; returns its id. */
export async function insertSecret(
  transaction: Transaction<Schema>,
  tokenId: number,
  { digest, lastFour }: NewSecret,
  at: number,
): Promise<number> {
  const { id } = await transaction
    .insertInto('token_secret')
    .values({ token_id: tokenId, digest, last_four: lastFour, created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** What tells when a secret ends. */
export interface SecretLifetime {
  superseded_at: number | null
  ends_at: number | null
  silence_ms: number | null
  last_used_at: number | null
}

/** When a secret ends, or ended (Unix milliseconds): at its time, or sooner once it was silent for long; null: it does not. */
export function endOfSecret({ superseded_at, ends_at, silence_ms, last_used_at }: SecretLifetime): number | null {
  if (ends_at === null || superseded_at === null || silence_ms === null) return ends_at
  return Math.min(ends_at, Math.max(superseded_at, last_used_at ?? 0) + silence_ms)
}
