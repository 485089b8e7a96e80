import {
  type AccountPrincipal,
  type Authenticate,
  anonymous,
  type PresentedCredentials,
  type Principal,
} from '../../auth/principal.ts'
import { hasScope, type ScopeName } from '../../auth/scopes.ts'
import { refusalTexts, refuseChange } from '../../auth/sign-in/session-changes.ts'
import type { Endpoint, QueryUse } from '../../endpoints/core/define.ts'
import { EndpointError, ownersOnly, sessionsOnly, unauthorized } from '../../endpoints/core/errors.ts'
import type { TrustedOrigins } from './cache-and-cors-policy.ts'
import { firstValue, type HttpRequest } from './http-request.ts'

/** What a request wants, and of which hub. */
export interface AuthorizeOptions {
  query: QueryUse
  /** Whether the hub tells anonymous callers nothing of its library. */
  isClosed: boolean
}

/** Whether an endpoint answers nobody who is unknown. A closed hub answers them where people come in, and nowhere else. */
export const requiresCaller = ({ category, alwaysOpen }: Endpoint, isClosed: boolean): boolean =>
  category === 'authenticated' || (isClosed && !alwaysOpen)

/** Whether closing the hub is what would make an endpoint refuse callers who are not known. */
export const requiresCallerWhenClosed = (endpoint: Endpoint): boolean =>
  requiresCaller(endpoint, true) && !requiresCaller(endpoint, false)

/** Who the handler works for, or a refusal: the authentication row of the category table. */
export function authorize(endpoint: Endpoint, caller: Principal, { query, isClosed }: AuthorizeOptions): Principal {
  if (requiresCaller(endpoint, isClosed)) requireScope(caller, endpoint.scope)
  const needed = endpoint.category === 'authenticated' ? endpoint.scope : endpoint.asksForAccount?.(query)
  if (needed !== undefined) {
    requireScope(caller, needed)
    if (isPublishable(caller)) throw unauthorized()
    if (endpoint.owner && caller.role !== 'owner') throw new EndpointError(ownersOnly)
    if (endpoint.sessionOnly && caller.via.kind !== 'session') throw new EndpointError(sessionsOnly)
    return caller
  }
  // Elsewhere a missing scope refuses nobody: the answer is the anonymous one. So is that to a publishable token.
  if (caller.kind === 'anonymous' || !hasScope(caller.scope, endpoint.scope)) return anonymous
  return isPublishable(caller) ? anonymous : caller
}

function requireScope(caller: Principal, needed: ScopeName): asserts caller is AccountPrincipal {
  if (caller.kind === 'anonymous') throw unauthorized()
  if (!hasScope(caller.scope, needed)) throw new EndpointError({ kind: 'insufficientScope', scope: needed })
}

/** Whether everybody can read what the caller came with: a publishable token, which speaks for nobody, whatever its scopes. */
const isPublishable = ({ via }: AccountPrincipal): boolean => via.kind === 'token' && via.isPublishable === true

/** Whether what a request presented would let it in now: a token or session may be over while an answer goes on. */
export async function isStillAuthorized(
  endpoint: Endpoint,
  {
    principal,
    presented,
    ...admission
  }: AuthorizeOptions & { principal: Principal; presented: PresentedCredentials | undefined },
  authenticate: Authenticate,
): Promise<boolean> {
  if (!presented || principal.kind === 'anonymous') return true
  try {
    return (
      authorize(endpoint, await authenticate({ ...presented, isRepeated: true }), admission).kind === principal.kind
    )
  } catch (error) {
    if (error instanceof EndpointError) return false
    throw error
  }
}

/** Whether a request failed for a scope, which an endpoint that is not for accounts alone tells as to the anonymous. */
export const lacksScope = (error: unknown, endpoint: Endpoint, { scope }: AccountPrincipal): boolean =>
  error instanceof EndpointError &&
  (error.failure.kind === 'insufficientScope' ||
    (error.failure.kind === 'unauthorized' && !hasScope(scope, endpoint.scope)))

/**
 * Refuses a change made with a session, or a request that opens an account, that a page of another site may have sent
 * ({@link refuseChange}).
 * @throws EndpointError 403 or 415
 */
export function rejectCrossSiteChange(
  { bodyType, opensAccount }: Endpoint,
  { method, headers, body }: HttpRequest,
  caller: Principal,
  isKnown: TrustedOrigins,
): void {
  if (method === 'GET' || method === 'HEAD') return
  if (!opensAccount && (caller.kind !== 'account' || caller.via.kind !== 'session')) return
  const refusal = refuseChange(
    {
      origin: firstValue(headers.origin),
      fetchSite: firstValue(headers['sec-fetch-site']),
      contentType: firstValue(headers['content-type']),
      hasBody: body !== undefined && body.length > 0,
    },
    { isKnown, acceptsForm: bodyType === 'form' },
  )
  if (refusal === undefined) return
  const error = refusalTexts[refusal]
  throw new EndpointError(
    refusal === 'content type' ? { kind: 'unsupportedType', what: error } : { kind: 'forbidden', body: { error } },
  )
}
