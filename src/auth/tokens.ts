import { createHmac, hash, type KeyObject, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Database } from '../db/database.ts'
import type { PlaceholderOf } from '../db/prepared.ts'
import { changeTokens, type TokenChanges } from './change-tokens.ts'
import { isInNetworks } from './networks.ts'
import { presentedToken } from './presented-token.ts'
import type { AccountPrincipal, PresentedCredentials } from './principal.ts'
import type { TokenRequest } from './seen-request.ts'
import { deriveKey } from './server-secret.ts'
import { isTokenText, makeTokenText } from './token-format.ts'
import { listTokens, type TokenSummary } from './token-list.ts'
import { listRefusals, type RefusalReason, type RefusedRequest } from './token-refusals.ts'
import { openTokenUse } from './token-use.ts'

/** The bearer tokens of a hub. Every change counts from the next request on, in any process on the same database. */
export interface Tokens extends TokenChanges {
  /**
   * Tells whom a token speaks for, and remembers its use; undefined when it is unknown, malformed, revoked or expired,
   * used from elsewhere or otherwise than it may be, or of a banned account. Of a token that is known the refusal is
   * remembered as well.
   */
  verify(presented: TokenRequest): Promise<AccountPrincipal | undefined>
  /** Remembers that a token which speaks for its account lacked the scope for what was asked. */
  noteMissingScope(tokenId: number, presented: PresentedCredentials): void
  /** The tokens of an account, oldest first, ended ones included; up to date with the uses in this process. */
  list(accountId: number): Promise<TokenSummary[]>
  /** One of an account's tokens, as {@link Tokens.list} gives it; undefined when the account has no such token. */
  find(owned: { accountId: number; id: number }): Promise<TokenSummary | undefined>
  /** The latest refused requests of a token, newest first; up to date with those in this process. */
  refusals(id: number): Promise<RefusedRequest[]>
  /** Writes what is remembered of uses. */
  flushUse(): Promise<void>
  /** Writes what is remembered of uses. Call before the database closes. */
  close(): Promise<void>
}

/** Prepares the look-ups of tokens. `now` gives Unix milliseconds. */
export function openTokens({
  database,
  serverSecret,
  now = Date.now,
}: {
  database: Database
  serverSecret: KeyObject
  now?: () => number
}): Tokens {
  const key = deriveKey(serverSecret, 'token digest')
  const digestOf = (text: string) => createHmac('sha256', key).update(text).digest('hex')
  const keptDigestOf = keepDigests(digestOf)
  const byDigest = prepareByDigest(database)
  const use = openTokenUse(database)
  const listKept = listTokens(database, now)
  const refusalsKept = listRefusals(database)
  // What cannot be written yet is no reason to hide what is known.
  const bringUpToDate = () => use.flush().catch(() => undefined)
  const list = async (accountId: number) => {
    await bringUpToDate()
    return listKept(accountId)
  }

  return {
    async verify(presented) {
      const digest = keptDigestOf(presented.text)
      if (digest === undefined) return undefined
      const found = await byDigest.first({ digest })
      const at = now()
      if (!found) return undefined
      const { token_id: tokenId, secret_id: secretId } = found
      const reason = refusalReason(found, presented, at)
      if (reason !== undefined) {
        use.refuse({ tokenId, at, reason, presented })
        return undefined
      }
      use.count(tokenId, secretId, at, presented)
      return {
        kind: 'account',
        accountId: found.account_id,
        role: found.role,
        via: { kind: 'token', tokenId, secretId },
        scope: found.scope,
      }
    },
    ...changeTokens({
      database,
      now,
      makeSecret: () => {
        const text = makeTokenText(randomBytes)
        return { text, digest: digestOf(text), lastFour: text.slice(-4) }
      },
    }),
    noteMissingScope(tokenId, presented) {
      const token = presentedToken(presented)
      if (!token) return
      use.refuse({ tokenId, at: now(), reason: 'scope', presented: { ...presented, ...token } })
    },
    list,
    find: async ({ accountId, id }) => (await list(accountId)).find((token) => token.id === id),
    async refusals(id) {
      await bringUpToDate()
      return refusalsKept(id)
    },
    flushUse: use.flush,
    close: use.close,
  }
}

/**
 * Keeps the digests of the tokens in use: a keyed digest takes four times as long as a plain one, under which it is kept.
 * The tokens themselves are not. Undefined for what has not the form of a token.
 */
function keepDigests(digestOf: (text: string) => string): (text: string) => string | undefined {
  const kept = new LRUCache<string, string>({ max: 1000 })
  return (text) => {
    const fingerprint = hash('sha256', text, 'base64url')
    const known = kept.get(fingerprint)
    if (known !== undefined) return known
    if (!isTokenText(text)) return undefined
    const digest = digestOf(text)
    kept.set(fingerprint, digest)
    return digest
  }
}

type FoundToken = NonNullable<Awaited<ReturnType<ReturnType<typeof prepareByDigest>['first']>>>

/** Unique index `token_secret_digest`, then two keys. */
const prepareByDigest = (database: Database) =>
  database.keptLookup((query, values: PlaceholderOf<{ digest: string }>) =>
    query
      .selectFrom('token_secret')
      .innerJoin('token', 'token.id', 'token_secret.token_id')
      .innerJoin('account', 'account.id', 'token.account_id')
      .where('token_secret.digest', '=', values('digest'))
      .select([
        'token_secret.id as secret_id',
        'token_secret.ends_at',
        'token.id as token_id',
        'token.account_id',
        'token.scope',
        'token.networks',
        'token.query_policy',
        'token.expires_at',
        'token.revoked_at',
        'account.status',
        'account.role',
      ]),
  )

/** Why a token does not speak for its account here and now; undefined when it does. What ended it for good comes first. */
function refusalReason(found: FoundToken, { form, use, address }: TokenRequest, at: number): RefusalReason | undefined {
  if (found.revoked_at !== null) return 'revoked'
  if (found.expires_at !== null && at >= found.expires_at) return 'expired'
  if (found.ends_at !== null && at >= found.ends_at) return 'rotated'
  if (found.status === 'banned') return 'banned'
  const { query_policy: policy, networks } = found
  if (form === 'query' && policy !== 'always' && !(policy === 'downloads' && use === 'download')) return 'query'
  return networks === '[]' || isInNetworks(address, JSON.parse(networks) as string[]) ? undefined : 'network'
}
