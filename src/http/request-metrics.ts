import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { AccountPrincipal } from '../auth/principal.ts'
import type { Endpoint } from '../endpoints/core/define.ts'
import type { CacheOutcome, RequestMeter } from '../metrics/request-meter.ts'
import { type HttpResponse, isWhole } from './response.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** When it arrived, by `performance.now()`. */
    arrivedAt: number
    /** What it is for, and what that answered; null where no endpoint was reached. */
    endpoint: Endpoint | null
    answer: HttpResponse | null
  }
}

/** Has each request remember what those who watch need of it. */
export function decorateRequests(app: FastifyInstance): void {
  app.decorateRequest('arrivedAt', 0)
  app.decorateRequest('endpoint', null)
  app.decorateRequest('answer', null)
  app.decorateRequest('span', null)
}

/** Logs a line for each request, at level `debug`. */
export function logResponses(app: FastifyInstance, log: Logger): void {
  if (!log.isLevelEnabled('debug')) return
  app.addHook('onResponse', (request, reply, done) => {
    log.debug({
      requestId: request.id,
      method: request.method,
      target: request.url,
      status: reply.statusCode,
      caller: request.answer?.caller && credentialName(request.answer.caller),
      ms: performance.now() - request.arrivedAt,
    })
    done()
  })
}

/**
 * Counts each request that the router answers, and the bytes of files that leave. Gives what is to be sent in place of an
 * answer, so that what writes itself is counted as well.
 */
export function meterResponses(
  app: FastifyInstance,
  meter: RequestMeter,
): (request: FastifyRequest, answer: HttpResponse) => HttpResponse {
  const count = (request: FastifyRequest, status: number) => {
    const { endpoint, answer, method, arrivedAt } = request
    const seconds = (performance.now() - arrivedAt) / 1000
    if (endpoint && answer) {
      const caller = answer.caller?.kind ?? 'anonymous'
      meter.recordEndpoint(endpoint, {
        method,
        status,
        caller,
        seconds,
        cacheOutcome: cacheOutcomeOf(endpoint, answer),
      })
    } else meter.recordOther(request.routeOptions.url, { method, status, caller: 'unknown', seconds })
  }
  const sentBytes = ({ endpoint }: FastifyRequest) =>
    endpoint?.success && 'bytes' in endpoint.success ? meter.sentBytes(endpoint) : undefined

  app.addHook('onSend', (request, reply, _payload, done) => {
    count(request, reply.statusCode)
    done()
  })
  return (request, answer) => {
    const { body, status } = answer
    const sent = sentBytes(request)
    if (isWhole(answer)) {
      count(request, status)
      if (sent && request.method !== 'HEAD') sent.value += Buffer.byteLength(answer.body ?? '')
    }
    if (typeof body !== 'function') return answer
    return {
      ...answer,
      body(response) {
        count(request, status)
        return body(response, (bytes) => {
          if (sent) sent.value += bytes
        })
      },
    }
  }
}

/** What the cache had to do with an answer, where it is of a kind that may be kept. */
function cacheOutcomeOf(
  { method, category, caching, reply }: Endpoint,
  { cacheOutcome }: HttpResponse,
): CacheOutcome | undefined {
  const isKeepable = method === 'GET' && category !== 'authenticated' && caching !== 'no-store' && reply !== undefined
  return isKeepable ? (cacheOutcome ?? 'bypass') : undefined
}

/** Who asked, for the log: the public id of a token or of a session. */
const credentialName = (via: AccountPrincipal['via']): string =>
  via.kind === 'token' ? `token ${via.tokenId}` : `session ${via.sessionId}`
