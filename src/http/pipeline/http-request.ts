import type { z } from 'zod'
import type { SendingPage } from '../../auth/origins.ts'
import type { Endpoint } from '../../endpoints/core/define.ts'
import { EndpointError, invalid } from '../../endpoints/core/errors.ts'

/** A request for an endpoint, free of the server's own types. */
export interface HttpRequest {
  method: string
  /** Path and query as they came. */
  target: string
  params: Readonly<Record<string, string>>
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Buffer | undefined
  /** Scheme and host of absolute addresses. */
  origin: string
  /** The client's network address. */
  address: string
  requestId: string
  /** When it came, by `performance.now()`. */
  arrivedAt: number
  /** The connection that the response goes to. */
  client: Client
  /** Below which address the proxy that asks sends files by itself; undefined where the hub is to send them. */
  accelPrefix: string | undefined
}

/** The client that waits for a response. */
export interface Client {
  /** Whether it disconnected before the response was complete. */
  isGone(): boolean
  /**
   * Calls `listener` when it disconnects or has received the whole response. Returns the function that stops this. All listeners
   * of a request share one listener of its connection.
   */
  onGone(listener: () => void): () => void
}

/** What a browser says of the page that sends the request. */
export const sendingPage = ({ headers }: HttpRequest, origin: string | undefined): SendingPage => ({
  origin,
  referer: firstValue(headers.referer),
  fetchSite: firstValue(headers['sec-fetch-site']),
  fetchMode: firstValue(headers['sec-fetch-mode']),
})

/**
 * Reads a part of the request by its schema.
 * @throws EndpointError that tells what is wrong with it
 */
export function parsePart(schema: z.ZodType | undefined, input: unknown, where: 'path' | 'query' | 'body'): unknown {
  if (!schema) return input
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new EndpointError({
    kind: 'invalid',
    ...(where === 'body'
      ? { text: result.error.issues[0]?.message ?? 'Invalid body' }
      : { issues: result.error.issues }),
  })
}

/** @throws EndpointError when it is not JSON */
export function parseBody(body: Buffer | undefined, type: Endpoint['bodyType']): unknown {
  if (type === 'form') return Object.fromEntries(new URLSearchParams(body?.toString('utf8')))
  try {
    return JSON.parse(body?.toString('utf8') ?? '')
  } catch {
    throw invalid('The request body is not valid JSON')
  }
}

/** Those that decide who asks; several of one are joined, so that none is overlooked. */
export function credentialHeaders({ headers }: HttpRequest) {
  const authorization = headers.authorization
  return {
    authorization: Array.isArray(authorization) ? authorization.join(', ') : authorization,
    cookie: firstValue(headers.cookie),
    origin: firstValue(headers.origin),
  }
}

/** The first of several headers. */
export const firstValue = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value)
