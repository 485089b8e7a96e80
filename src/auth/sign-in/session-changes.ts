/**
 * Protects changes that a browser sends with a session cookie against pages of other sites (cross-site request forgery). A browser
 * adds the cookie by itself, so the request must show the page that sends it: by `Origin`, or by `Sec-Fetch-Site` (W3C Fetch Metadata).
 */
export interface SessionChange {
  /** The `Origin` header. */
  origin: string | undefined
  /** The `Sec-Fetch-Site` header. */
  fetchSite: string | undefined
  contentType: string | undefined
  hasBody: boolean
}

/** Why a change is refused: 403 for its page, 403 because it shows none, 415 for its content type. */
export type ChangeRefusal = 'foreign page' | 'no page' | 'content type'

/** The text of each refusal, for clients. */
export const refusalTexts: Record<ChangeRefusal, string> = {
  'foreign page': 'Requests from this origin are not accepted',
  'no page': 'Send Origin, or a JSON body: this request does not show which page sends it',
  'content type': 'Send the body as application/json',
}

/**
 * Decides whether a change made with a session is refused; undefined accepts it.
 *
 * - `Origin` decides when it is there: it must be known. `null` is not.
 * - Otherwise `Sec-Fetch-Site` must be `same-origin`. `same-site`, `cross-site` and `none` do not show a page of the hub.
 * - A program may send neither. Its body must be JSON then, which a form of another site cannot send without a preflight
 *   (Fetch standard, CORS-safelisted request header).
 * - The three types that any form can send are refused, whatever the page is; `acceptsForm` is for endpoints that read one of them.
 */
export function refuseChange(
  { origin, fetchSite, contentType, hasBody }: SessionChange,
  { isKnown, acceptsForm = false }: { isKnown: (origin: string) => boolean; acceptsForm?: boolean },
): ChangeRefusal | undefined {
  if (origin !== undefined ? !isKnown(origin) : fetchSite !== undefined && fetchSite !== 'same-origin')
    return 'foreign page'
  const types = mediaTypes(contentType)
  const refused = acceptsForm ? formTypes.filter((type) => type !== urlEncoded) : formTypes
  if (types.some((type) => refused.includes(type))) return 'content type'
  const showsPage = origin !== undefined || fetchSite !== undefined
  return showsPage || (hasBody && types.length === 1 && types.every(isJson)) ? undefined : 'no page'
}

const urlEncoded = 'application/x-www-form-urlencoded'
/** The values of a form's `enctype` (HTML standard). */
const formTypes = ['text/plain', 'multipart/form-data', urlEncoded]

const isJson = (type: string): boolean => /^application\/(?:[\w.!#$&^-]+\+)?json$/.test(type)

/** Returns the types of a `Content-Type` in lower case, without parameters; a repeated header arrives joined by commas. */
const mediaTypes = (contentType = ''): string[] =>
  contentType
    .split(',')
    .map((member) => (member.split(';', 1)[0] ?? '').trim().toLowerCase())
    .filter((type) => type !== '')
