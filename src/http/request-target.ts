/** What a request's target says: the path with its query, and the host where the target names one. */
export interface RequestTarget {
  /** Begins with `/`. */
  target: string
  /** Of a target in absolute form: it stands in the place of the `Host` header (RFC 9112 §3.2.2). */
  host?: string
}

/**
 * Reads a target as it came (RFC 9112 §3.2). Clients that believe to talk to a proxy send the absolute form. A fragment
 * has no place in a target and is dropped: the next page's address, made of the target, would lose its query behind it.
 */
export function readTarget(asked: string): RequestTarget {
  if (asked.startsWith('/') && !asked.includes('#')) return { target: asked }
  const [, host, rest = asked] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(asked) ?? []
  const [withoutFragment = ''] = rest.split('#', 1)
  const target = withoutFragment.startsWith('/') ? withoutFragment : `/${withoutFragment}`
  return host === undefined ? { target } : { target, host }
}
