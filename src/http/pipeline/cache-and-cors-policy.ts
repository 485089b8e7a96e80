import type { HeaderMistake } from '../../auth/authorization-header.ts'
import type { Category, SharedCaching } from '../../endpoints/core/define.ts'

/*
 * The one place that says what a category means for caching and CORS. Authentication follows from the same three
 * words in `authorize.ts`.
 *
 *                       public          mixed            authenticated
 *   no or bad token     full answer     full answer      401
 *   valid token         same answer     personal answer  personal answer
 *   cached, anonymous   shared          shared           never
 *   cached, otherwise   never           never            never
 *   CORS, anonymous     *               *                trusted origins
 *   CORS, credentials   trusted origins trusted origins  trusted origins
 */

export type HeaderList = Record<string, string>

const defaultSharedSeconds = 300

/** What decides about caching and CORS, beside the category. */
export interface RequestFacts {
  /** The request carries a Bearer header, a `?token=` or a session cookie, valid or not. */
  presentsCredentials: boolean
  /** As far as it is not a session cookie. */
  presentsToken: boolean
  /** The mistake in the `Authorization` header of a caller who is not known. */
  headerMistake?: HeaderMistake | undefined
  /** Something of it was valid. */
  isAuthenticated: boolean
  /** It was a publishable token, which the page of `origin` may use. */
  isPublishable?: true | undefined
  /** When the secret or the token that was valid ends, if that is near; Unix milliseconds. */
  ending?: { since: number; end: number } | undefined
  hasQueryToken: boolean
  /** The `Origin` header. */
  origin: string | undefined
  /** Header fields that the absolute addresses of answers depend on, joined as in `Vary`; none where they are fixed. */
  originHeaders?: string
}

interface Cacheable {
  category: Category
  method: string
  caching?: SharedCaching
}

/**
 * `Cache-Control` and `Vary` of an answer. An anonymous answer varies on `Authorization`, because `public` alone lets a
 * shared cache give it to a caller with a token (RFC 9111 §3.5), and on `Cookie` for signed-in browsers. It varies on what
 * its addresses are made of as well: proxies pass on `X-Forwarded-Host` as it came, and nginx keeps answers without regard
 * to the host unless it is told to, so that one caller would choose the addresses of all.
 */
export function cachingHeaders(endpoint: Cacheable, facts: RequestFacts, succeeded: boolean): HeaderList {
  if (endpoint.caching === 'no-store')
    return { 'cache-control': facts.hasQueryToken ? 'private, no-store' : 'no-store, max-age=0' }
  if (!succeeded || !isShareable(endpoint, facts)) return { 'cache-control': 'private, no-store' }
  const { freshSeconds, staleSeconds } = sharedLifetime(endpoint)
  return {
    'cache-control': `public, s-maxage=${freshSeconds}, stale-while-revalidate=${staleSeconds}`,
    vary: facts.originHeaders ? `Authorization, Cookie, ${facts.originHeaders}` : 'Authorization, Cookie',
  }
}

/**
 * Whether the response may be shared by all callers without a valid token or session. `Vary` makes `Authorization` a part of a
 * cache's key, so that no response to a key in a wrong form is shared.
 */
export const isShareable = (
  { category, method, caching }: Cacheable,
  { isAuthenticated, hasQueryToken, headerMistake }: RequestFacts,
): boolean =>
  method === 'GET' &&
  category !== 'authenticated' &&
  caching !== 'no-store' &&
  !isAuthenticated &&
  !hasQueryToken &&
  !headerMistake?.keys.length

/** How long a public answer is fresh in shared caches, and how long it may be given after that while it is made anew. */
export function sharedLifetime({ caching }: Pick<Cacheable, 'caching'>): {
  freshSeconds: number
  staleSeconds: number
} {
  const freshSeconds = typeof caching === 'object' ? caching.sharedSeconds : defaultSharedSeconds
  return { freshSeconds, staleSeconds: Math.floor(freshSeconds / 2) }
}

/** CORS headers of an answer that is not a preflight. */
export function corsHeaders(category: Category, facts: RequestFacts, isTrusted: TrustedOrigins): HeaderList {
  if (facts.origin !== undefined && isTrusted(facts.origin)) return trustedOriginHeaders(facts.origin)
  if (facts.origin !== undefined && facts.isPublishable) return publishedOriginHeaders(facts.origin)
  if (category === 'authenticated' || facts.presentsCredentials) return { vary: 'Origin' }
  // A trusted page is not to be given this by a cache: with it, it may not send credentials (Fetch standard, CORS check).
  return { 'access-control-allow-origin': '*', vary: 'Origin' }
}

/**
 * CORS headers of a preflight. A foreign origin is never allowed to send `Authorization`: the wildcard does not cover
 * it (Fetch standard, CORS-preflight), and a preflight that asks for it gets nothing at all.
 */
export function preflightHeaders(
  category: Category,
  methods: string[],
  asked: { origin: string | undefined; headers: string | undefined; isPublished: boolean },
  isTrusted: TrustedOrigins,
): HeaderList {
  const allow = { 'access-control-allow-methods': methods.join(', '), 'access-control-max-age': '600' }
  if (asked.origin !== undefined && isTrusted(asked.origin)) {
    return {
      ...trustedOriginHeaders(asked.origin),
      ...allow,
      'access-control-allow-headers': asked.headers ?? 'authorization, content-type',
      vary: 'Origin, Access-Control-Request-Headers',
    }
  }
  if (asked.origin !== undefined && asked.isPublished && category !== 'authenticated')
    return {
      ...publishedOriginHeaders(asked.origin),
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-max-age': '600',
      'access-control-allow-headers': 'authorization, content-type',
      vary: 'Origin, Access-Control-Request-Headers',
    }
  const wantsAuthorization = /(^|,)\s*authorization\s*(,|$)/i.test(asked.headers ?? '')
  if (category === 'authenticated' || wantsAuthorization) return { vary: 'Origin, Access-Control-Request-Headers' }
  return { 'access-control-allow-origin': '*', ...allow, 'access-control-allow-headers': '*' }
}

/** Whether a page of this origin may read personal answers. */
export type TrustedOrigins = (origin: string) => boolean

/** Origins are compared whole (scheme, host, port): RFC 6454 §5. The opaque origin `null` is never trusted. */
export function trustedOrigins(allowed: readonly string[]): TrustedOrigins {
  const known = new Set(allowed.map((text) => new URL(text).origin))
  return (origin) => origin !== 'null' && known.has(origin)
}

/** A page that some publishable token is for: it may send that, and no cookies. */
const publishedOriginHeaders = (origin: string): HeaderList => ({
  'access-control-allow-origin': origin,
  vary: 'Origin',
})

const trustedOriginHeaders = (origin: string): HeaderList => ({
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
  vary: 'Origin',
})
