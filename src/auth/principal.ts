import type { AccountTable } from '../db/tables/accounts.ts'
import type { ScopeName } from './scopes.ts'

/** Who a request speaks for. */
export type Principal = Anonymous | AccountPrincipal

export interface Anonymous {
  kind: 'anonymous'
}

/** An account, through a bearer token or through a browser session. */
export interface AccountPrincipal {
  kind: 'account'
  accountId: number
  /** Owners of the hub may do what endpoints with `owner` do. */
  role: AccountTable['role']
  /** How the caller proved it. A session may do everything that its account may. */
  via: TokenCredential | { kind: 'session'; sessionId: number }
  /** Scope mask: bits of {@link import('./scopes.ts').scopes}. */
  scope: number
}

export interface TokenCredential {
  kind: 'token'
  tokenId: number
  secretId: number
  /** Such a token lies open in a page: it speaks for nobody, and reads what is public. */
  isPublishable?: true | undefined
  /** When the secret or the token ends, once that is near: since when that is told, and the end. Unix milliseconds. */
  ending?: { since: number; end: number } | undefined
}

export const anonymous: Anonymous = { kind: 'anonymous' }

/** What a request carries that may tell who sends it. */
export interface PresentedCredentials {
  /** The `Authorization` header as it came; several are joined by commas. */
  authorization: string | undefined
  /** The first `token` of the query. */
  queryToken: string | undefined
  cookie: string | undefined
  /** The address of the client, for a token's allowed networks. */
  address: string
  userAgent: string | undefined
  method: string
  /** Path and query as they came. */
  target: string
  /** Whether the query form is used to download, which a token's policy may allow alone. */
  use: 'api' | 'download'
  /** What the endpoint wants of a token, for the record of what clients need. */
  scope: ScopeName
  /** The `Origin` header: the page that sends the request. */
  origin: string | undefined
  /** Whether a page sends it that is neither the hub's own nor one of a trusted origin. */
  fromForeignPage: boolean
  /** Looked at once more, while the answer goes on; counted the first time alone. */
  isRepeated?: true | undefined
}

/** Tells who sends a request. Never throws for what a client sent: what is not valid is anonymous. */
export type Authenticate = (presented: PresentedCredentials) => Promise<Principal>
