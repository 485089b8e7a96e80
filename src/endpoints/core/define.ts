import type { z } from 'zod'
import type { AccountPrincipal, Principal } from '../../auth/principal.ts'
import type { ScopeName } from '../../auth/scopes.ts'
import type { IdempotentRequest } from '../../auth/tokens/idempotent-requests.ts'
import type { Failure } from './errors.ts'
import type { HandlerResponse } from './responses.ts'
import { SerializedJson } from './serialized-json.ts'
import type { Services } from './services.ts'

/** Decides authentication, CORS and caching of an endpoint, together: see `http/pipeline/cache-and-cors-policy.ts`. */
export type Category = 'public' | 'mixed' | 'authenticated'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** How shared caches may keep the anonymous answer; `no-store` for downloads. */
export type SharedCaching = { sharedSeconds: number } | 'no-store'

/**
 * One endpoint, whole: everything that the router, authentication, CORS, caching, the OpenAPI document and the
 * conformance tests know of it.
 */
export interface EndpointDeclaration<C extends Category, Params, Query, Body, Answer> {
  method: Method
  /** As the router reads it: `/api/v1/models/:id`. */
  path: string
  category: C
  /** What a token must be allowed. Authenticated endpoints answer 403 without it, the others as to an anonymous caller. */
  scope: ScopeName
  /** Authenticated endpoints: only accounts that own the hub may; others answer 403. */
  owner?: C extends 'authenticated' ? true : never
  /**
   * Authenticated endpoints: only somebody who signed in at the hub's pages may. What opens a way into an account would
   * let a token outgrow its scopes, networks and expiry.
   */
  sessionOnly?: C extends 'authenticated' ? true : never
  /** Answered to everybody even where the hub is closed to anonymous callers: what people need to come in. */
  alwaysOpen?: true
  /** Gives its caller a way into an account: a page of another site may not send it, as with a change by a session. */
  opensAccount?: true
  /** One line, for lists of endpoints. */
  summary: string
  /** What the summary leaves out, in Markdown, for the reference. */
  description?: string
  params?: z.ZodType<Params>
  /** Gets each parameter as the list of its non-empty values; made with `parameters.ts`. */
  query?: z.ZodType<Query>
  /** The body: JSON, or the form of a web page where `bodyType` says so. */
  body?: z.ZodType<Body>
  /** `form`: `application/x-www-form-urlencoded`; each name counts once. */
  bodyType?: 'form'
  /** Whether an `Idempotency-Key` makes a retry safe; the handler gets it as `idempotency`. */
  takesIdempotencyKey?: true
  /** Shape of the answer's JSON, for the reference; absent where the answer is a redirect or bytes. */
  reply?: z.ZodType<Answer>
  /** How success looks, for the reference, where it is not 200 with `reply`. */
  success?: Success
  /** What the handler may throw, beside what the category and the schemas refuse: one of each kind and text, for the reference. */
  errors?: readonly Failure[]
  /** One request and its answer, for the reference. */
  example?: Example<NoInfer<Answer>>
  /** Default 300 seconds, of GETs. */
  caching?: SharedCaching
  /**
   * What a public answer shows and goes by (`catalog/cache-tags.ts`): a change of these drops it from the cache. Left out,
   * any change of the catalog does.
   */
  shows?: (answer: NoInfer<Answer>) => readonly string[]
  /** The answer repeats its parameters, those that the schema does not know too, in the address of the next page. */
  namesPages?: true
  /**
   * Mixed endpoints: the scope that the parameters, as they came, call for because they ask for what only an account
   * has; undefined when they do not. Decided before the parameters are checked: without an account 401, whatever else is wrong.
   */
  asksForAccount?: (asked: QueryUse) => ScopeName | undefined
  /** Whether `?token=` counts as a download for the token's query policy. */
  use?: 'api' | 'download'
  /**
   * Gives the answer's value, that value written already, or a redirect, bytes or events (`responses.ts`), or throws one of
   * `errors.ts`. Sets no header.
   */
  handle: (
    request: EndpointRequest<C, Params, Query, Body>,
  ) => Promise<Answer | SerializedJson | HandlerResponse> | Answer | SerializedJson | HandlerResponse
}

/** A success other than 200 with JSON. */
export type Success =
  /** JSON with another status, or none at all. */
  | { status: 201 | 202 | 204 }
  /** A redirect; `location` says what its address leads to. */
  | { status: 307 | 308; location: string }
  /** The bytes of a file: 200, parts of it 206, both with a `Cache-Control` of their own. */
  | { bytes: readonly string[]; cacheControl: string }
  /** Server-sent events: what each is told for, by its name. */
  | { events: Readonly<Record<string, string>> }

/** A request in the texts that its address and body hold, and what it was answered. */
export interface Example<Answer> {
  params?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, string>>
  body?: unknown
  reply?: Answer
}

/** What a handler gets: what was asked, by whom, and the services of the hub. */
export type EndpointRequest<C extends Category, Params, Query, Body> = Services & {
  params: Params
  query: Query
  body: Body
  principal: C extends 'authenticated' ? AccountPrincipal : Principal
  /** The key of a request that can be retried; always undefined where the endpoint does not take one. */
  idempotency: IdempotentRequest | undefined
  /** As it came: the handler of a GET answers HEAD as well. */
  method: string
  /** Scheme and host that absolute addresses of the answer begin with, such as `http://127.0.0.1:3333`. */
  origin: string
  /** The client's network address. */
  address: string
  /** The request's own target: path and query as they came, for the address of the next page. */
  target: string
  /** The `User-Agent` and `Range`-like headers that downloads decide on; absent ones are undefined. */
  header: (name: string) => string | undefined
}

/** The query as it came: each parameter's non-empty values, in their order (`http/query.ts`). */
export type QueryUse = Readonly<Record<string, readonly string[]>>

/** A declaration whose types the table of all endpoints no longer needs to know. */
export type Endpoint = Omit<
  EndpointDeclaration<Category, unknown, unknown, unknown, unknown>,
  'handle' | 'owner' | 'sessionOnly' | 'shows'
> & {
  owner?: true
  sessionOnly?: true
  shows?: (answer: unknown) => readonly string[] | undefined
  handle: (request: EndpointRequest<Category, unknown, unknown, unknown>) => unknown
}

/** Declares an endpoint. The types of parameters, body and principal in `handle` follow from the declaration. */
export function endpoint<C extends Category, Params = unknown, Query = unknown, Body = unknown, Answer = unknown>(
  declaration: EndpointDeclaration<C, Params, Query, Body, Answer>,
): Endpoint {
  const shows = (answer: unknown) =>
    answer instanceof SerializedJson ? answer.keys : declaration.shows?.(answer as NoInfer<Answer>)
  // The router hands each handler exactly what its own schemas gave, so the narrower types hold.
  return { ...declaration, shows } as unknown as Endpoint
}
