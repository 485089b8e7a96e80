import type { AccountTable } from '../db/schema.ts'

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
  via: { kind: 'token'; tokenId: number; secretId: number } | { kind: 'session'; sessionId: number }
  /** Scope mask: bits of {@link import('./scopes.ts').scopes}. */
  scope: number
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
}

/** Tells who sends a request. Never throws for what a client sent: what is not valid is anonymous. */
export type Authenticate = (presented: PresentedCredentials) => Promise<Principal>
