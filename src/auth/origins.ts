/**
 * Reads the origin of a web page as a person types it; gives its one written form, as browsers send it (RFC 6454 §6.1).
 * Undefined for anything else: the opaque origin `null`, a path, a wildcard.
 */
export function readOrigin(text: string): string | undefined {
  if (!URL.canParse(text.trim())) return undefined
  const { protocol, origin, pathname, search, hash, username, password, hostname } = new URL(text.trim())
  const isBare = pathname === '/' && search === '' && hash === '' && username === '' && password === ''
  return /^https?:$/.test(protocol) && isBare && !hostname.includes('*') ? origin : undefined
}

/** What a browser says of the page that sends a request. */
export interface SendingPage {
  /** The `Origin` header. */
  origin: string | undefined
  referer: string | undefined
  /** `Sec-Fetch-Site` and `Sec-Fetch-Mode` (W3C Fetch Metadata). */
  fetchSite: string | undefined
  fetchMode: string | undefined
}

/**
 * Whether a web page that `isKnown` does not know sends the request. Browsers tell the origin, but not where a page merely
 * embeds what it asks for: there `Sec-Fetch-Site` and the `Referer` tell. A link that somebody follows is no request of
 * the page that has it, and those of browser extensions have no such origin.
 */
export function isForeignPage(
  { origin, referer, fetchSite, fetchMode }: SendingPage,
  isKnown: (origin: string) => boolean,
): boolean {
  // Sandboxed pages and local files send `null`, and say by the other headers that a browser is behind it.
  if (origin !== undefined && origin !== 'null') return /^https?:\/\//.test(origin) && !isKnown(origin)
  const embeds = (fetchSite === 'cross-site' || fetchSite === 'same-site') && fetchMode !== 'navigate'
  if (!embeds) return false
  return referer === undefined || !URL.canParse(referer) || !isKnown(new URL(referer).origin)
}
