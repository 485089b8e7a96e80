import type { FastifyRequest } from 'fastify'
import type { Endpoint } from '../endpoints/core/define.ts'
import { methodNotAllowed } from './errors.ts'
import { type OriginOptions, requestOrigin } from './origin.ts'
import { corsHeaders, preflightHeaders, type TrustedOrigins } from './pipeline/cache-and-cors-policy.ts'
import { type HttpResponse, jsonResponse } from './response.ts'
import { openRouteMatcher } from './route-matcher.ts'

/**
 * Answers what no endpoint does at the path of one: preflights, and methods that the path does not have. Undefined for paths
 * that nobody declared.
 */
export function preflightOr405(
  endpoints: readonly Endpoint[],
  { isTrusted, isPublishedTo }: { isTrusted: TrustedOrigins; isPublishedTo: (origin: string) => Promise<boolean> },
  options: OriginOptions,
): (request: FastifyRequest) => Promise<HttpResponse | undefined> {
  const findPath = openRouteMatcher(endpoints)
  return async (request) => {
    const path = findPath(request.url.split('?', 1)[0] ?? '')
    const [first] = path?.endpoints ?? []
    if (!path || !first) return undefined
    const { origin } = request.headers
    if (request.method === 'OPTIONS') {
      const headers = request.headers['access-control-request-headers']
      const found = requestOrigin(request, options)
      const isPublished = origin !== undefined && (await isPublishedTo(origin))
      const ownOrTrusted = (asking: string) => ('origin' in found && asking === found.origin) || isTrusted(asking)
      return {
        status: 204,
        headers: {
          ...preflightHeaders(first.category, path.allow, { origin, headers, isPublished }, ownOrTrusted),
          allow: path.allow.join(', '),
        },
      }
    }
    const { status, body, headers } = methodNotAllowed(path.allow)
    const facts = {
      presentsCredentials: false,
      presentsToken: false,
      isAuthenticated: false,
      hasQueryToken: false,
      origin,
    }
    const cors = corsHeaders(first.category, facts, isTrusted)
    return jsonResponse(status, body, headers, { 'cache-control': 'private, no-store' }, cors)
  }
}
