/** How the hub learns the scheme and host that its absolute addresses begin with. */
export interface OriginOptions {
  publicUrl: string | undefined
  /** Hosts (with port, where it is not the scheme's own) that requests may be for; empty: any. */
  allowedHosts: readonly string[]
}

interface RequestHost {
  protocol: string
  host: string | undefined
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
  { protocol, host }: RequestHost,
  { publicUrl, allowedHosts }: OriginOptions,
): RequestOrigin {
  // A proxy may forward any text as the scheme; and of hosts in the right form some are none, such as `1.2.3.999`.
  if (
    host === undefined ||
    !hostForm.test(host) ||
    !schemeForm.test(protocol) ||
    !URL.canParse(`${protocol}://${host}`)
  )
    return { refused: 'malformed' }
  const plainHost = withoutDefaultPort(host, protocol)
  const isAllowed = (spelling: string) => allowedHosts.includes(spelling.toLowerCase())
  if (allowedHosts.length > 0 && !isAllowed(plainHost) && !isAllowed(host)) return { refused: 'unexpected' }
  return { origin: publicUrl ?? `${protocol}://${plainHost}` }
}

/** Reads origins as `requestOrigin` does: most requests name the host that the one before them did. */
export function openOriginReader(options: OriginOptions): (request: RequestHost) => RequestOrigin {
  let last: (RequestHost & { read: RequestOrigin }) | undefined
  return ({ protocol, host }) => {
    if (!last || last.host !== host || last.protocol !== protocol)
      last = { protocol, host, read: requestOrigin({ protocol, host }, options) }
    return last.read
  }
}

/** Header fields that the origin of a request is read from, joined as in `Vary`. */
export const originHeaderNames = ({ publicUrl }: OriginOptions, trustsProxies: boolean): string =>
  publicUrl !== undefined ? '' : trustsProxies ? 'Host, X-Forwarded-Host, X-Forwarded-Proto' : 'Host'

/** Some proxies always name the port; the scheme's own makes no difference (RFC 9110 §4.2.3). */
const withoutDefaultPort = (host: string, protocol: string) => host.replace(protocol === 'https' ? /:443$/ : /:80$/, '')
