/** How the hub learns the scheme and host that its absolute addresses begin with. */
export interface OriginOptions {
  publicUrl: string | undefined
  /** Hosts (with port, where it is not the scheme's own) that requests may be for; empty: any. */
  allowedHosts: readonly string[]
}

export type RequestOrigin = { origin: string } | { refused: 'malformed' | 'unexpected' }

// A name, an IPv4 address or an IPv6 address in brackets, and a port: nothing that could break out of a URL.
const hostForm = /^(?:[a-z0-9_](?:[a-z0-9_.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i
const schemeForm = /^https?$/

/**
 * The origin of a request, from its `Host` (or what a trusted proxy forwards of it), unless the owner fixed it with
 * `--public-url`. A host that is malformed, or not among the allowed ones, is refused.
 */
export function requestOrigin(
  request: { protocol: string; host: string | undefined },
  { publicUrl, allowedHosts }: OriginOptions,
): RequestOrigin {
  const host = request.host
  const asked = `${request.protocol}://${host}`
  // A proxy may forward any text as the scheme; and of hosts in the right form some are none, such as `1.2.3.999`.
  if (host === undefined || !hostForm.test(host) || !schemeForm.test(request.protocol) || !URL.canParse(asked))
    return { refused: 'malformed' }
  if (allowedHosts.length > 0 && !allowedHosts.includes(host.toLowerCase())) return { refused: 'unexpected' }
  return { origin: publicUrl ?? asked }
}
