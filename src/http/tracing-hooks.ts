import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { redact } from '../auth/redact.ts'
import type { RequestSpan, Tracing } from '../tracing/open-tracing.ts'
import type { FastPathResponse } from './fast-path-cache.ts'
import { firstValue } from './pipeline/http-request.ts'
import type { HttpResponse } from './response.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Where requests are traced. */
    span: RequestSpan | null
  }
}

/** Has each request of the router be a span, from its arrival until its answer has left. */
export function traceResponses(app: FastifyInstance, tracing: Tracing): void {
  app.addHook('onRequest', (request, reply, done) => {
    const span = tracing.startRequest({
      ...traced(request.raw, request.routeOptions.url),
      id: request.id,
      scheme: request.protocol === 'https' ? 'https' : 'http',
      arrivedAt: request.arrivedAt,
    })
    request.span = span
    reply.raw.once('close', () => span.end({ status: reply.raw.statusCode }))
    done()
  })
}

/** The same of a request that was answered in front of the router. */
export function traceFastPath(
  tracing: Tracing,
  { endpoint, id, status }: FastPathResponse,
  { request, isTls, arrivedAt }: { request: IncomingMessage; isTls: boolean; arrivedAt: number },
): void {
  const scheme = isTls ? 'https' : 'http'
  tracing.startRequest({ ...traced(request, endpoint.path), id, arrivedAt, scheme }).end({ status })
}

/** What of an answer's body is a span of its own: a file that is sent piece by piece. */
export function traceBody({ span }: FastifyRequest, answer: HttpResponse): HttpResponse {
  const { body } = answer
  if (!span || typeof body !== 'function') return answer
  return {
    ...answer,
    async body(response, onSent) {
      const end = span.startSending()
      let sent = 0
      try {
        await body(response, (bytes) => {
          sent += bytes
          onSent?.(bytes)
        })
      } finally {
        end(sent)
      }
    },
  }
}

const maxPathLength = 256

/** The query may hold a token, and the address of a file's bytes is worth one: neither is told. */
function traced({ method = '', url = '', headers, httpVersion }: IncomingMessage, route: string | undefined) {
  const path = redact(url.split(/[?#]/, 1)[0] ?? '').slice(0, maxPathLength)
  return { method, path, route, httpVersion, traceparent: firstValue(headers.traceparent) }
}
