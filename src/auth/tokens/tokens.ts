import { hash, type KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { TokenTable } from '../../db/tables/tokens.ts'
import { singleProcess, type WorkerBus } from '../../worker-bus/worker-bus.ts'
import type { TokenRequest } from '../client-metadata.ts'
import { isInNetworks } from '../networks.ts'
import { presentedToken } from '../presented-token.ts'
import type { AccountPrincipal, PresentedCredentials } from '../principal.ts'
import { deriveKey } from '../server-secret.ts'
import { storedOnly, type UnstoredEnds } from '../sign-in/unstored-ends.ts'
import { changeTokens, type TokenChanges } from './change-tokens.ts'
import { openIdempotentRequests } from './idempotent-requests.ts'
import { type LeakedTokens, leakedTokens } from './leaked-tokens.ts'
import { clientsOf, policyWindowMs } from './limit-change-preview.ts'
import { rotateTokens, type TokenRotation } from './rotate-tokens.ts'
import { type DenialReason, type DeniedRequest, listDenials } from './token-denials.ts'
import { tokenDigest } from './token-digest.ts'
import { tokenKindOf } from './token-format.ts'
import { stricterPolicy } from './token-limits.ts'
import { listTokens, type TokenClient, type TokenSummary } from './token-list.ts'
import { endOfSecret, secretFactory } from './token-secrets.ts'
import { openTokenUsageRecorder } from './token-usage-recorder.ts'

/** The bearer tokens of a hub. Every change counts from the next request on, in any process on the same database. */
export interface Tokens extends TokenChanges, TokenRotation, LeakedTokens {
  /**
   * Tells whom a token speaks for, and remembers its use; undefined when it is unknown, malformed, revoked or expired,
   * used from elsewhere or otherwise than it may be, or of a banned account. Of a token that is known the refusal is
   * remembered as well.
   */
  verify(presented: TokenRequest): Promise<AccountPrincipal | undefined>
  /**
   * Tells what a token is, without using it; undefined when it speaks for nobody: unknown, malformed, ended, of a banned
   * account, a canary.
   */
  inspect(text: string): Promise<InspectedToken | undefined>
  /** Whether pages of this origin may use some publishable token. */
  isPublishedTo(origin: string): Promise<boolean>
  /** Remembers that a token which speaks for its account lacked the scope for what was asked. */
  noteMissingScope(tokenId: number, presented: PresentedCredentials): void
  /** Records a refused request whose header holds this key in a wrong form. Does nothing when no token has that key. */
  noteWrongForm(key: string, presented: PresentedCredentials): Promise<void>
  /** The tokens of an account, oldest first, ended ones included; up to date with their uses. */
  list(accountId: number): Promise<TokenSummary[]>
  /** One of an account's tokens, as {@link Tokens.list} gives it; undefined when the account has no such token. */
  find(owned: { accountId: number; id: number }): Promise<TokenSummary | undefined>
  /** Who used a token over the last 30 days, as {@link clientsOf} gives them, and since when. */
  recentPrograms(token: TokenSummary): { since: number; programs: TokenClient[] }
  /** The latest refused requests of a token, newest first. */
  refusals(id: number): Promise<DeniedRequest[]>
  /** Writes what is remembered of uses, by all processes that serve the hub. */
  flushUse(): Promise<void>
  /** Writes what is remembered of uses. Call before the database closes. */
  close(): Promise<void>
}

/** A token that speaks for its account. Times are Unix milliseconds. */
export interface InspectedToken {
  tokenId: number
  accountId: number
  username: string
  /** Scope mask. */
  scope: number
  createdAt: number
  /** Null: it does not end. */
  endsAt: number | null
}

/**
 * Prepares the look-ups of tokens. `now` gives Unix milliseconds; `longestLifeDays` bounds the life of what is made, and
 * `queryTokens` where any of them is taken in an address.
 */
export function openTokens({
  database,
  serverSecret,
  now = Date.now,
  longestLifeDays: maxLifetimeDays,
  queryTokens = 'always',
  workerBus = singleProcess,
  ends = storedOnly,
  onChecked = () => undefined,
}: {
  database: Database
  serverSecret: KeyObject
  now?: () => number
  longestLifeDays?: number | undefined
  queryTokens?: TokenTable['query_policy']
  workerBus?: WorkerBus
  /** Tokens, secrets and accounts that were ended while the disk was full. */
  ends?: UnstoredEnds
  /** Told what came of each token that was presented: `valid`, `malformed`, `unknown`, or why it was refused. */
  onChecked?: (result: string) => void
}): Tokens {
  const digestOf = tokenDigest(serverSecret)
  const keptDigestOf = keepDigests(digestOf)
  const byDigest = { first: findUnended(prepareByDigest(database), ends) }
  const byOrigin = prepareByOrigin(database)
  const anyByOrigin = prepareAnyByOrigin(database)
  const makeSecret = secretFactory({ key: deriveKey(serverSecret, 'token text'), digestOf })
  const idempotentRequests = openIdempotentRequests(deriveKey(serverSecret, 'idempotency key'))
  const use = openTokenUsageRecorder(database, now)
  const flushUse = workerBus.runOnAll('token use', use.flush)
  const listKept = listTokens(database, now)
  const refusalsKept = listDenials(database)
  // What cannot be written yet is no reason to hide what is known.
  const bringUpToDate = () => flushUse().catch(() => undefined)
  const list = async (accountId: number) => {
    await bringUpToDate()
    return listKept(accountId)
  }

  return {
    async verify(presented) {
      const tell = presented.isRepeated ? () => undefined : onChecked
      const digest = keptDigestOf(presented.text)
      if (digest === undefined) return void tell('malformed')
      const found = await byDigest.first({ digest })
      const at = now()
      if (!found) return void tell('unknown')
      const { token_id: tokenId, secret_id: secretId } = found
      const isPublishedHere =
        found.kind === 'publishable' &&
        (await byOrigin.first({ origin: presented.origin ?? '', tokenId })) !== undefined
      const reason = refusalReason(found, presented, { at, isPublishedHere, queryTokens })
      tell(reason ?? 'valid')
      if (reason !== undefined) {
        if (!presented.isRepeated) use.refuse({ tokenId, at, reason, presented })
        return undefined
      }
      if (!presented.isRepeated) use.count(tokenId, secretId, at, presented, endsInSilence(found, at))
      const ending = endingOf(found, at)
      return {
        kind: 'account',
        accountId: found.account_id,
        role: found.role,
        via: { kind: 'token', tokenId, secretId, isPublishable: isPublishedHere || undefined, ending },
        scope: found.scope,
      }
    },
    async inspect(text) {
      const digest = keptDigestOf(text)
      const found = digest === undefined ? undefined : await byDigest.first({ digest })
      if (!found || endReason(found, now()) !== undefined) return undefined
      const ends = [found.expires_at, endOfSecret(found)].filter((end) => end !== null)
      return {
        tokenId: found.token_id,
        accountId: found.account_id,
        username: found.username,
        scope: found.scope,
        createdAt: found.created_at,
        endsAt: ends.length === 0 ? null : Math.min(...ends),
      }
    },
    isPublishedTo: async (origin) => (await anyByOrigin.first({ origin })) !== undefined,
    ...changeTokens({
      database,
      now,
      makeSecret,
      idempotentRequests,
      ends,
      longestLifeMs: maxLifetimeDays && maxLifetimeDays * dayMs,
    }),
    ...rotateTokens({ database, now, makeSecret, idempotentRequests, ends }),
    ...leakedTokens({ database, now, digestOf, ends }),
    noteMissingScope(tokenId, presented) {
      const token = presentedToken(presented)
      if (!token) return
      onChecked('scope')
      use.refuse({ tokenId, at: now(), reason: 'scope', presented: { ...presented, ...token } })
    },
    async noteWrongForm(key, presented) {
      const digest = keptDigestOf(key)
      const found = digest === undefined ? undefined : await byDigest.first({ digest })
      if (!found) return
      const at = now()
      // An ended token and a canary have a reason that matters more to their owner.
      const reason = endReason(found, at) ?? 'form'
      onChecked(reason)
      use.refuse({ tokenId: found.token_id, at, reason, presented: { ...presented, text: key, form: 'header' } })
    },
    list,
    find: async ({ accountId, id }) => (await list(accountId)).find((token) => token.id === id),
    recentPrograms(token) {
      const since = now() - policyWindowMs
      return { since, programs: clientsOf(token, since) }
    },
    async refusals(id) {
      await bringUpToDate()
      return refusalsKept(id)
    },
    flushUse,
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
    if (tokenKindOf(text) === undefined) return undefined
    const digest = digestOf(text)
    kept.set(fingerprint, digest)
    return digest
  }
}

type ByDigest = ReturnType<typeof prepareByDigest>
type FoundToken = NonNullable<Awaited<ReturnType<ByDigest['first']>>>

/** Finds a token, as ended where its end is known only from memory. */
const findUnended =
  (byDigest: ByDigest, ends: UnstoredEnds): ByDigest['first'] =>
  async ({ digest }) => {
    const found = await byDigest.first({ digest })
    if (!found) return undefined
    const { token_id: tokenId, secret_id: secretId, account_id: accountId } = found
    if (ends.has(`account ${accountId}`)) return { ...found, status: 'banned' }
    const hasEnded = ends.has(`token ${tokenId}`) || ends.has(`secret ${secretId}`) || ends.has(`digest ${digest}`)
    return hasEnded ? { ...found, revoked_at: found.revoked_at ?? 0 } : found
  }

/** Unique index `token_secret_digest`, then two keys. */
const prepareByDigest = (database: Database) =>
  database.keptLookup((query, values: BindPlaceholder<{ digest: string }>) =>
    query
      .selectFrom('token_secret')
      .innerJoin('token', 'token.id', 'token_secret.token_id')
      .innerJoin('account', 'account.id', 'token.account_id')
      .where('token_secret.digest', '=', values('digest'))
      .select([
        'token_secret.id as secret_id',
        'token_secret.superseded_at',
        'token_secret.ends_at',
        'token_secret.silence_ms',
        'token_secret.last_used_at',
        'token.id as token_id',
        'token.account_id',
        'token.kind',
        'token.created_at',
        'token.scope',
        'token.networks',
        'token.query_policy',
        'token.expires_at',
        'token.revoked_at',
        'account.username',
        'account.status',
        'account.role',
      ]),
  )

/** Primary key. */
const prepareByOrigin = (database: Database) =>
  database.keptLookup((query, values: BindPlaceholder<{ origin: string; tokenId: number }>) =>
    query
      .selectFrom('token_origin')
      .select('token_id')
      .where('origin', '=', values('origin'))
      .where('token_id', '=', values('tokenId')),
  )

/** Of tokens that have not ended: primary key, then one key. */
const prepareAnyByOrigin = (database: Database) =>
  database.keptLookup((query, values: BindPlaceholder<{ origin: string }>) =>
    query
      .selectFrom('token_origin')
      .innerJoin('token', 'token.id', 'token_origin.token_id')
      .select('token_id')
      .where('origin', '=', values('origin'))
      .where('token.revoked_at', 'is', null)
      .limit(1),
  )

/** Why a token speaks for nobody any more, wherever it comes from; undefined when it does. */
function endReason(found: FoundToken, at: number): DenialReason | undefined {
  if (found.revoked_at !== null) return 'revoked'
  if (found.expires_at !== null && at >= found.expires_at) return 'expired'
  if (at >= (endOfSecret(found) ?? Infinity)) return 'rotated'
  if (found.status === 'banned') return 'banned'
  return found.kind === 'canary' ? 'canary' : undefined
}

/** Why a token does not speak for its account here and now; undefined when it does. What ended it for good comes first. */
function refusalReason(
  found: FoundToken,
  { form, use, address, fromForeignPage }: TokenRequest,
  {
    at,
    isPublishedHere,
    queryTokens,
  }: { at: number; isPublishedHere: boolean; queryTokens: TokenTable['query_policy'] },
): DenialReason | undefined {
  const ended = endReason(found, at)
  if (ended !== undefined) return ended
  // A secret in a page that is not the hub's is anybody's who looks at the page.
  if (found.kind === 'publishable' ? !isPublishedHere : fromForeignPage) return 'origin'
  const { networks } = found
  const policy = stricterPolicy(found.query_policy, queryTokens)
  if (form === 'query' && policy !== 'always' && !(policy === 'downloads' && use === 'download')) return 'query'
  return networks === '[]' || isInNetworks(address, JSON.parse(networks) as string[]) ? undefined : 'network'
}

/** Whether a secret would end within minutes if this use of it were written as late as others. */
const endsInSilence = (found: FoundToken, at: number): boolean =>
  found.silence_ms !== null && (endOfSecret(found) ?? Infinity) - at < urgentMs

/** Told in the last 14 days of a token, and from the rotation on of a secret that it replaced. */
function endingOf(found: FoundToken, at: number): { since: number; end: number } | undefined {
  const { expires_at: expiry, superseded_at: superseded } = found
  const secretEnd = endOfSecret(found)
  if (secretEnd !== null && superseded !== null)
    return { since: superseded, end: Math.min(secretEnd, expiry ?? secretEnd) }
  const since = expiry === null ? Infinity : expiry - noticeMs
  return expiry !== null && at >= since ? { since, end: expiry } : undefined
}

const dayMs = 86_400_000
/** Longer than uses wait to be written. */
const urgentMs = 300_000
const noticeMs = 14 * dayMs
