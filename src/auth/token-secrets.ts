import { hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Schema } from '../db/schema.ts'
import { Refusal } from './refusal.ts'
import { makeTokenText, type TokenKind } from './token-format.ts'

/** A new secret: its text for the caller's eyes, and what is stored of it. */
export interface NewSecret {
  text: string
  digest: string
  lastFour: string
}

/**
 * Makes the secrets of tokens: random ones, and for a seed always the same one, which nobody without the key can tell. So an
 * answer that got lost can be given again although no secret is kept.
 */
export function secretMaker({
  key,
  digestOf,
}: {
  key: KeyObject
  digestOf: (text: string) => string
}): (kind: TokenKind, seed?: string) => NewSecret {
  return (kind, seed) => {
    const text = makeTokenText(seed === undefined ? randomBytes : bytesOf(key, seed), kind)
    return { text, digest: digestOf(text), lastFour: text.slice(-4) }
  }
}

/** One after the other, as many as are asked for (RFC 5869). */
function bytesOf(key: KeyObject, seed: string): (size: number) => Uint8Array {
  let part = 0
  return (size) => new Uint8Array(hkdfSync('sha256', key, '', `${part++} ${seed}`, size))
}

/**
 * The secret that was made of the same seed before; undefined for a new one.
 * @throws Refusal when that was more than a day ago
 */
export async function repeatedSecret(transaction: Transaction<Schema>, { digest }: NewSecret, at: number) {
  const made = await transaction
    .selectFrom('token_secret')
    .select(['token_id', 'created_at'])
    .where('digest', '=', digest)
    .executeTakeFirst()
  if (made && made.created_at < at - repeatableMs)
    throw new Refusal('This Idempotency-Key was used more than a day ago')
  return made
}

export async function insertSecret(
  transaction: Transaction<Schema>,
  tokenId: number,
  { digest, lastFour }: NewSecret,
  at: number,
): Promise<void> {
  await transaction
    .insertInto('token_secret')
    .values({ token_id: tokenId, digest, last_four: lastFour, created_at: at })
    .execute()
}

/** What tells when a secret ends. */
export interface SecretLife {
  superseded_at: number | null
  ends_at: number | null
  silence_ms: number | null
  last_used_at: number | null
}

/** When a secret ends, or ended (Unix milliseconds): at its time, or sooner once it was silent for long; null: it does not. */
export function endOfSecret({ superseded_at, ends_at, silence_ms, last_used_at }: SecretLife): number | null {
  if (ends_at === null || superseded_at === null || silence_ms === null) return ends_at
  return Math.min(ends_at, Math.max(superseded_at, last_used_at ?? 0) + silence_ms)
}

/** How long an answer can be had again. */
const repeatableMs = 86_400_000
