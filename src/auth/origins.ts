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
 * Whether a web page that `isKnown` does not know sends the request. Browsers send the origin, except where a page only
 * embeds the resource: there `Sec-Fetch-Site` and `Referer` show it. Following a link is not a request of the page that holds
 * it, and browser extensions have no such origin. Sandboxed pages and local files send `Origin: null`; so do some programs, which
 * send no `Sec-Fetch-Site` (Node's `fetch` sends `Sec-Fetch-Mode`).
 */
export function isForeignPage(
  { origin, referer, fetchSite, fetchMode }: SendingPage,
  isKnown: (origin: string) => boolean,
): boolean {
  if (origin === 'null') return fetchSite !== undefined
  if (origin !== undefined) return /^https?:\/\//.test(origin) && !isKnown(origin)
  const embeds = (fetchSite === 'cross-site' || fetchSite === 'same-site') && fetchMode !== 'navigate'
  if (!embeds) return false
  return referer === undefined || !URL.canParse(referer) || !isKnown(new URL(referer).origin)
}
