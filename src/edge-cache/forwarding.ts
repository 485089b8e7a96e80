import type { IncomingMessage } from 'node:http'
import { endToEnd, type HeaderFields } from './engine/message.ts'
import { cacheName } from './engine/rules.ts'
import type { EdgeRequest } from './origin-fetch.ts'

/** What a request is, as the cache and the origin see it. */
export interface Forwarding {
  request: EdgeRequest
  /** The path with its query, as it is sent. */
  target: string
  host: string
}

export interface ForwardingOptions {
  /** Scheme of the proxy itself. */
  scheme: 'http' | 'https'
  /** Whose `X-Forwarded-*` headers count, by address. */
  isTrusted: (address: string) => boolean
}

/** This cache among those that a message passes (RFC 9110 §7.6.3). */
export const via = `1.1 ${cacheName}`

const hostForm = /^[\w.-]+(?::\d{1,5})?$|^\[[\da-f:.]+\](?::\d{1,5})?$/i

/**
 * Reads a request. Undefined where it has no usable target or host (RFC 9112 §3.2).
 *
 * What it is kept under begins with the scheme and the host that the caller used, also where the origin is asked under another: the
 * origin learns of them by `X-Forwarded-*`, and may put them into its answer.
 */
export function readForwarding(
  message: IncomingMessage,
  { scheme, isTrusted }: ForwardingOptions,
  requestId: string,
): Forwarding | undefined {
  const address = message.socket.remoteAddress ?? ''
  const fromProxy = isTrusted(address)
  const read = readTarget(message.url ?? '')
  const forwarded = (name: string) => (fromProxy ? lastOf(message.headers[name]) : undefined)
  const host = (forwarded('x-forwarded-host') ?? read?.host ?? message.headers.host)?.toLowerCase()
  if (read === undefined || host === undefined || !hostForm.test(host)) return undefined
  const proto = forwarded('x-forwarded-proto') === 'https' ? 'https' : scheme

  const headers = endToEnd(message.headers as HeaderFields)
  for (const name of replacedHeaders) if (!fromProxy || name !== 'x-forwarded-for') delete headers[name]
  const before = headers['x-forwarded-for']
  headers['x-forwarded-for'] = before === undefined ? address : `${before}, ${address}`
  headers['x-forwarded-proto'] = proto
  headers['x-forwarded-host'] = host
  headers['x-request-id'] = requestId
  headers.via = headers.via === undefined ? via : `${headers.via}, ${via}`
  headers['surrogate-capability'] = `${cacheName}="Surrogate/1.0"`
  const method = message.method ?? 'GET'
  const isBypassed = hasQueryToken(read.target) || (hasBody(message) && (method === 'GET' || method === 'HEAD'))
  return {
    request: { method, url: `${proto}://${host}${read.target}`, headers, isBypassed },
    target: read.target,
    host,
  }
}

/** Said by this proxy alone, unless the one before it is trusted; `Expect` is for the next hop, which is answered already. */
const replacedHeaders = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded', 'host', 'expect']

/** The path, and the host where the target names one: the absolute form (RFC 9112 §3.2.2). */
function readTarget(asked: string): { target: string; host?: string } | undefined {
  const [, host, path = asked] = /^https?:\/\/([^/?#]+)(.*)$/i.exec(asked) ?? []
  const [target = ''] = path.split('#', 1)
  if (host === undefined) return target.startsWith('/') ? { target } : undefined
  return { target: target.startsWith('/') ? target : `/${target}`, host }
}

/** A token in the address makes the whole address a secret: nothing is kept under it. */
function hasQueryToken(target: string): boolean {
  const start = target.indexOf('?')
  return (
    start >= 0 &&
    [...new URLSearchParams(target.slice(start + 1)).keys()].some((name) => name.toLowerCase() === 'token')
  )
}

/** RFC 9112 §6.3 */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const lastOf = (value: string | string[] | undefined) =>
  String(value ?? '')
    .split(',')
    .at(-1)
    ?.trim() || undefined
