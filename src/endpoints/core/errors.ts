import type { z } from 'zod'

/**
 * What a handler may throw. `http/errors.ts` has the one table that turns each into a status, a body and headers.
 */
export class EndpointError extends Error {
  override name = 'EndpointError'
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.kind)
    this.failure = failure
  }
}

/** The failures that an endpoint knows; the texts are what clients see (contract §1, §2, §5). */
export type Failure =
  /** 400 with the issues of a schema, or a text. */
  | { kind: 'invalid'; issues?: z.core.$ZodIssue[]; text?: string }
  /** 401; downloads explain themselves with `message`. */
  | { kind: 'unauthorized'; message?: string }
  /** 403: the token lacks a scope. */
  | { kind: 'insufficientScope'; scope: string }
  /** 403 with a body of its own. */
  | { kind: 'forbidden'; body: { error: string; [more: string]: unknown } }
  /** 404. */
  | { kind: 'notFound'; what: string }
  /** 410. */
  | { kind: 'gone'; what: string }
  /** 415: the body's content type is not accepted. */
  | { kind: 'unsupportedType'; what: string }
  /** 422: the thing is there, and cannot be read. */
  | { kind: 'unprocessable'; reason: string }
  /** 429: `page * limit` beyond the documented depth. */
  | { kind: 'tooDeep' }
  /** 429: more requests than the hub takes in a while; the limits of the server add when it goes on. */
  | { kind: 'rateLimited'; resetSeconds: number }
  /** 429 with `Retry-After: 60`: this address tried too often. */
  | { kind: 'tooManyAttempts' }
  /** 503 with `Retry-After: 2`. */
  | { kind: 'unavailable'; what: string }

export const invalid = (text: string) => new EndpointError({ kind: 'invalid', text })
export const unauthorized = (message?: string) =>
  new EndpointError({ kind: 'unauthorized', ...(message !== undefined && { message }) })
/** What only an owner of the hub may, others are refused. */
export const ownersOnly: Failure = { kind: 'forbidden', body: { error: 'Only an owner of this hub may do this' } }
/** What a token may not do, whatever its scopes. */
export const sessionsOnly: Failure = {
  kind: 'forbidden',
  body: { error: "A token may not do this: sign in at the hub's pages" },
}
export const notFound = (what: string) => new EndpointError({ kind: 'notFound', what })
export const tooDeep = () => new EndpointError({ kind: 'tooDeep' })
