/** Header fields by their names in lower case; one that came in several lines may be a list of these. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>

/** What is asked. */
export interface CacheRequest {
  method: string
  /** The target URI, absolute, without a fragment, in one spelling (RFC 9110 §7.1): what answers are kept under. */
  url: string
  headers: HeaderFields
}

/** The head of what an origin answers; status 200 and above. */
export interface CacheResponse {
  status: number
  headers: HeaderFields
}

/** When a request was sent to the origin and when the head of its answer was there; Unix milliseconds. */
export interface ExchangeTimes {
  requestedAt: number
  receivedAt: number
}

/** The value of a field; several lines are one list (RFC 9110 §5.3). */
export function fieldValue(headers: HeaderFields, name: string): string | undefined {
  const value = headers[name]
  return value === undefined || typeof value === 'string' ? value : value.join(', ')
}

/** The members of a list (RFC 9110 §5.6.1), split at the commas that stand outside of quoted strings; none is empty. */
export const listMembers = (value: string): string[] =>
  (value.includes('"') ? splitOutsideQuotes(value) : value.split(',')).map((member) => member.trim()).filter(Boolean)

function splitOutsideQuotes(value: string): string[] {
  const members: string[] = []
  let start = 0
  let isQuoted = false
  for (let at = 0; at < value.length; at++) {
    const character = value[at]
    if (isQuoted && character === '\\') at++
    else if (character === '"') isQuoted = !isQuoted
    else if (character === ',' && !isQuoted) {
      members.push(value.slice(start, at))
      start = at + 1
    }
  }
  const rest = value.slice(start)
  // A quote that is never closed hides nothing: a `no-store` behind it counts.
  members.push(...(isQuoted ? rest.split(',') : [rest]))
  return members
}

/** What is for the next hop alone, and never kept or passed on (RFC 9110 §7.6.1, §11.7; RFC 9111 §3.1). */
const ofOneConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The fields without those for one connection: the known ones and what `Connection` names (RFC 9110 §7.6.1). */
export function endToEnd(headers: HeaderFields): Record<string, string | readonly string[]> {
  const connection = fieldValue(headers, 'connection')
  const named = connection === undefined ? undefined : new Set(listMembers(connection.toLowerCase()))
  const kept: Record<string, string | readonly string[]> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && !ofOneConnection.has(name) && !named?.has(name)) kept[name] = value
  }
  return kept
}
