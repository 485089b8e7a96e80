import { type CacheRequest, fieldValue, type HeaderFields, listMembers } from './message.ts'

/** The request fields that chose an answer, each with the value it had, in one spelling. */
export type Selection = ReadonlyArray<readonly [name: string, value: string | undefined]>

/** The names in a `Vary`, in lower case; undefined with `*`: then no other request is the same (RFC 9111 §4.1). */
export function variedFields(headers: HeaderFields): readonly string[] | undefined {
  const names = listMembers(fieldValue(headers, 'vary')?.toLowerCase() ?? '')
  return names.includes('*') ? undefined : names
}

/** The values that a request has for the fields of a `Vary`. */
export const selectionOf = (names: readonly string[], { headers }: CacheRequest): Selection =>
  names.map((name) => [name, normalized(name, fieldValue(headers, name))])

/** Whether a request would have been answered the same (RFC 9111 §4.1). A field that is missing matches a missing one alone. */
export const isSelected = (selection: Selection, { headers }: CacheRequest): boolean =>
  selection.every(([name, value]) => normalized(name, fieldValue(headers, name)) === value)

/** Who somebody is, is compared to the letter. */
const exact = new Set(['authorization', 'cookie'])
const withoutCase = new Set(['accept-charset', 'accept-encoding', 'accept-language'])

/** One spelling of what means the same: blanks around the commas of a list, and case where it does not count. */
function normalized(name: string, value: string | undefined): string | undefined {
  if (value === undefined || exact.has(name)) return value
  const list = listMembers(value).join(',')
  return withoutCase.has(name) ? list.toLowerCase() : list
}
