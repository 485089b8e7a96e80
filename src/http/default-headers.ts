import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { HeaderList } from './pipeline/cache-and-cors-policy.ts'

/** An address may hold a token, also one that nothing is at: no page passes it on. */
const plainHeaders: HeaderList = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
}
const hstsHeader: HeaderList = { 'strict-transport-security': 'max-age=31536000' }
const tlsHeaders = { ...plainHeaders, ...hstsHeader }
const noHeaders: HeaderList = {}

/** The header that tells an answer's request, as it is also told in the log. */
export const requestIdHeader = 'x-request-id'

/**
 * What every answer carries, beside the id of its request; `isTls` tells whether the client spoke TLS. A 304 goes without what
 * belongs to the answer that is kept, which came with it (RFC 9110 §15.4.5).
 */
export function defaultHeaders(isTls: boolean, status?: number): HeaderList {
  if (status === 304) return isTls ? hstsHeader : noHeaders
  return isTls ? tlsHeaders : plainHeaders
}

/** Has an answer that the router sends carry what every answer does. */
export function applyDefaultHeaders(reply: FastifyReply): void {
  const { id, protocol } = reply.request
  reply.headers(defaultHeaders(protocol === 'https')).header(requestIdHeader, id)
}

/** The same for an answer that the router gives by itself, on the bare response. */
export function setDefaultHeaders(response: ServerResponse, { id, isTls }: { id: string; isTls: boolean }): void {
  for (const [name, value] of Object.entries({ ...defaultHeaders(isTls), [requestIdHeader]: id }))
    response.setHeader(name, value)
}
