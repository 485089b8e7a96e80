/** Whether browsers allow passkeys here at all: they need a secure context, and a host that is a name (WebAuthn §5.1.2). */
export const passkeysPossible = () =>
  isSecureContext && 'PublicKeyCredential' in window && !isNetworkAddress(location.hostname)

/** Whether a URL's host is an IPv4 or IPv6 address. */
export const isNetworkAddress = (hostname: string): boolean => hostname.startsWith('[') || /^[\d.]+$/.test(hostname)
