import type { FastifyInstance, FastifyRequest } from 'fastify'
import { clientAddress } from './client-address.ts'
import { type OriginOptions, requestOrigin } from './origin.ts'
import type { HeaderList } from './pipeline/cache-and-cors-policy.ts'
import type { HttpResponse } from './response.ts'

/** Answers everything below `/api/auth/`: sign-in, sign-out, sessions. */
export type AuthHandler = (request: Request, address: string) => Promise<Response>

/** Puts the sign-in endpoints of the sessions library under `/api/auth/`. Their answers are personal, never shared. */
export function mountAuthEndpoints(
  app: FastifyInstance,
  answer: AuthHandler,
  {
    otherwise,
    corsOfUnknown,
    ...options
  }: OriginOptions & {
    /** The answer where the path is an endpoint's; undefined where it is not. */
    otherwise: (request: FastifyRequest) => Promise<HttpResponse | undefined>
    /** CORS headers of the 404 of a path that does not exist. */
    corsOfUnknown: (request: FastifyRequest) => HeaderList
  },
): void {
  app.all('/api/auth/*', async (request, reply) => {
    const declared = await otherwise(request)
    if (declared) return reply.code(declared.status).headers(declared.headers).send(declared.body)
    reply.header('cache-control', 'private, no-store')
    if (request.method !== 'GET' && request.method !== 'POST')
      return reply.code(405).header('allow', 'GET, POST').send({ error: 'Method not allowed' })
    const found = requestOrigin(request, options)
    if ('refused' in found) return reply.code(400).send({ error: 'The Host header is not valid' })
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined && !name.startsWith(':'))
        headers.set(name, Array.isArray(value) ? value.join(', ') : value)
    }
    const hasBody = request.method === 'POST'
    const given = await answer(
      new Request(new URL(request.url, found.origin), {
        method: request.method,
        headers,
        ...(hasBody && request.body !== undefined && { body: new Uint8Array(request.body as Buffer) }),
      }),
      clientAddress(request),
    )
    reply.code(given.status)
    for (const [name, value] of given.headers) if (name !== 'set-cookie') reply.header(name, value)
    reply.header('set-cookie', given.headers.getSetCookie())
    reply.header('cache-control', 'private, no-store') // whatever the library said
    const body = Buffer.from(await given.arrayBuffer())
    if (given.status === 404) reply.headers(corsOfUnknown(request))
    if (given.status === 404 && body.length === 0) return reply.type('application/json').send('{"error":"Not found"}')
    return reply.send(body)
  })
}
