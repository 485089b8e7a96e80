import type { FastifyRequest } from 'fastify'
import { bearerCredentials } from '../auth/authorization-header.ts'
import {
  corsHeaders,
  type HeaderList,
  preflightHeaders,
  type TrustedOrigins,
} from './pipeline/cache-and-cors-policy.ts'
import { firstValue } from './pipeline/http-request.ts'
import { hasQueryToken } from './pipeline/query.ts'
import { type HttpResponse, jsonError } from './response.ts'

/*
 * Below `/api`, responses that no endpoint gives carry the CORS headers of a public one (contract §1): without them a page
 * of another origin sees a network error instead of the 404.
 */

export interface UnknownRoutes {
  /** The 404 of a path that no endpoint has, or the response to the preflight of a request to one. */
  respond(request: FastifyRequest): HttpResponse
  /** CORS headers of any error below `/api` that comes from outside an endpoint; none for other paths. */
  corsHeadersOf(request: FastifyRequest): HeaderList
}

export function openUnknownRoutes({
  isTrusted,
  holdsSession,
}: {
  isTrusted: TrustedOrigins
  /** Whether a `Cookie` header holds a session, valid or not. */
  holdsSession: (cookie: string | undefined) => boolean
}): UnknownRoutes {
  const corsHeadersOf = (request: FastifyRequest) => {
    if (!isBelowApi(request.url)) return {}
    const { authorization, cookie, origin } = request.headers
    const presentsToken = bearerCredentials(authorization) !== undefined || hasQueryToken(request.url)
    const presentsCredentials = presentsToken || holdsSession(cookie)
    const facts = { presentsToken, presentsCredentials, isAuthenticated: false, hasQueryToken: false, origin }
    return corsHeaders('public', facts, isTrusted)
  }
  return {
    respond(request) {
      if (isBelowApi(request.url) && isPreflight(request)) return preflight(request, isTrusted)
      const { headers, ...rest } = jsonError(404, 'Not found')
      return { ...rest, headers: { ...headers, ...corsHeadersOf(request) } }
    },
    corsHeadersOf,
  }
}

const isBelowApi = (url: string) => /^\/api(?:[/?]|$)/i.test(url)

/** Fetch standard, CORS-preflight request. */
const isPreflight = ({ method, headers }: FastifyRequest) =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined

/** Any method, so that the request itself is sent and gets the 404. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

function preflight({ headers }: FastifyRequest, isTrusted: TrustedOrigins): HttpResponse {
  const asked = {
    origin: headers.origin,
    headers: firstValue(headers['access-control-request-headers']),
    isPublished: false,
  }
  return { status: 204, headers: preflightHeaders('public', methods, asked, isTrusted) }
}
