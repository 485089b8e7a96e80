import { type CacheRequest, type CacheResponse, fieldValue } from './message.ts'

/** Methods that change nothing (RFC 9110 §9.2.1); one that nobody knows may change anything (RFC 9111 §4.4). */
const safe = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/**
 * The URIs that nothing is kept of any more after a request (RFC 9111 §4.4): when a method that may change things succeeded, its own, and
 * those of `Location` and `Content-Location` on the same origin.
 */
export function invalidated({ method, url }: CacheRequest, { status, headers }: CacheResponse): readonly string[] {
  if (safe.has(method) || status < 200 || status >= 400) return []
  const origin = new URL(url).origin
  const named = ['location', 'content-location'].flatMap((name) => {
    const value = fieldValue(headers, name)
    return value !== undefined && URL.canParse(value, url) ? [new URL(value, url)] : []
  })
  // Others' addresses are none of its business: it could empty the cache of another site.
  return [url, ...named.filter((other) => other.origin === origin).map(withoutFragment)]
}

function withoutFragment(address: URL): string {
  address.hash = ''
  return address.href
}
