import type { Generated } from 'kysely'

export interface TokenTable {
  id: Generated<number>
  account_id: number
  kind: Generated<'bearer' | 'publishable' | 'canary'>
  name: string
  scope: number
  networks: string
  query_policy: 'never' | 'downloads' | 'always'
  created_at: number
  expires_at: number | null
  revoked_at: number | null
  revoked_reason: string | null
  /** Of all time; the latest of them are in `token_refusal`. */
  refusal_count: Generated<number>
}

/** A token has one secret, and two while a rotation overlaps. `digest` is the HMAC-SHA-256 of the secret, in hexadecimal. */
export interface TokenSecretTable {
  id: Generated<number>
  token_id: number
  digest: string
  last_four: string
  created_at: number
  /** When a rotation put another one in its place. */
  superseded_at: number | null
  /** When it ends at the latest. */
  ends_at: number | null
  /** It ends sooner once it was not used for this long. */
  silence_ms: number | null
  last_used_at: number | null
  last_used_network: string | null
  last_used_agent: string | null
}

/** Who uses a secret: one program (its `User-Agent`, empty for none) at one address, by the header or by `?token=`. */
export interface TokenClientTable {
  id: Generated<number>
  token_id: number
  secret_id: number
  network: string
  agent: string
  form: 'header' | 'query'
  last_seen_at: number
  requests: number
  /** Mask of the scopes that its requests called for. */
  scopes: number
  /** 1: it asked for more than downloads. */
  beyond_downloads: number
}

/** What the owner of a token should look at, until they say that they have: a secret in an address, a network that is new. */
export interface TokenWarningTable {
  id: Generated<number>
  token_id: number
  /**
   * `leak`: it was reported as leaked. `found`: it stood in content of the library. The others are refused requests: a canary,
   * a page that may not use it, a secret after the overlap of its rotation.
   */
  kind: 'query' | 'network' | 'leak' | 'found' | 'canary' | 'origin' | 'rotated'
  network: string
  agent: string
  /** Where it was found; empty for other kinds. */
  place: Generated<string>
  at: number
}

/** A request that a token was not accepted for. `path` is without its query, and holds no secret. */
export interface TokenRefusalTable {
  id: Generated<number>
  token_id: number
  at: number
  reason: 'expired' | 'revoked' | 'rotated' | 'network' | 'scope' | 'query' | 'form' | 'banned' | 'origin' | 'canary'
  network: string
  agent: string
  form: 'header' | 'query'
  method: string
  path: string
}

/**
 * Result of a request that had an `Idempotency-Key`: the secret that it created. Digests are HMAC-SHA-256, in hexadecimal.
 * The secret is derived from `seed`, a random value, and a key outside the database.
 */
export interface IdempotentRequestTable {
  account_id: number
  key_digest: string
  /** The credential that made the request: `token 7` or `session 3`. */
  caller: string
  /** Of the operation and the body. */
  request_digest: string
  secret_id: number
  seed: string
  created_at: number
}
