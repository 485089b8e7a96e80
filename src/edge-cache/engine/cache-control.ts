import { listMembers } from './message.ts'

/** Directives by their names in lower case, each with its arguments in the order they came; `''` for none. */
export type Directives = ReadonlyMap<string, readonly string[]>

const token = /^[!#$%&'*+.^_`|~\w-]+$/
/** RFC 9111 §1.2.2: what is more counts as this. */
const maxSeconds = 2 ** 31

/**
 * Reads a `Cache-Control` (RFC 9111 §5.2). Arguments may be tokens or quoted strings, whichever the directive has in
 * its grammar (§5.2); members that are no directive are as if they were not there.
 */
export function readDirectives(value: string | undefined): Directives {
  const directives = new Map<string, string[]>()
  if (value === undefined) return directives
  for (const member of listMembers(value)) {
    const [, name = '', argument = ''] = /^([^=]*)(?:=(.*))?$/s.exec(member) ?? []
    if (token.test(name)) addTo(directives, name.toLowerCase(), unquoted(argument))
  }
  return directives
}

/**
 * Reads a field that is for some caches alone, a dictionary of directives (RFC 9213 §2.1, RFC 9651 §3.2). In the older
 * `Surrogate-Control` a parameter names the cache that a directive is for. Undefined for what is none, or is empty: then
 * the next field counts (RFC 9213 §2.2).
 */
export function readTargeted(value: string | undefined, cacheName: string): Directives | undefined {
  const directives = new Map<string, string[]>()
  for (const member of listMembers(value ?? '')) {
    const [, name, argument = '', parameters = ''] =
      /^([a-z*][a-z0-9_.*-]*)(?:=("[^"]*"|[^\s;"]+))?((?:\s*;\s*[\w*-]+(?:=[^\s;]*)?)*)$/.exec(member) ?? []
    if (name === undefined) return undefined
    const isForAnother = parameters !== '' && !parameters.split(/[\s;]+/).includes(cacheName)
    // Of a key that comes twice the last counts (RFC 9651 §4.2.2).
    if (!isForAnother) directives.set(name, [unquoted(argument)])
  }
  return directives.size === 0 ? undefined : directives
}

/**
 * The argument of `max-age` and its like in seconds; undefined where the directive is not there. One that is invalid, or
 * comes twice with different arguments, is 0: it is safest to take the answer for stale (RFC 9111 §4.2.1).
 */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const values = directives.get(name)
  if (values === undefined) return undefined
  const [first = ''] = values
  const isClear = /^\d+$/.test(first) && values.every((value) => value === first)
  return isClear ? Math.min(Number(first), maxSeconds) : 0
}

/**
 * The fields that `private="…"` or `no-cache="…"` is limited to, in lower case (RFC 9111 §5.2.2.4, §5.2.2.7); `all` where it is
 * not limited, or once is not; `none` without the directive.
 */
export function fieldsOf(directives: Directives, name: string): readonly string[] | 'all' | 'none' {
  const values = directives.get(name)
  if (values === undefined) return 'none'
  const fields = values.map((value) => listMembers(value.toLowerCase()))
  return fields.some((names) => names.length === 0) ? 'all' : fields.flat()
}

function addTo(directives: Map<string, string[]>, name: string, argument: string): void {
  const known = directives.get(name)
  if (known) known.push(argument)
  else directives.set(name, [argument])
}

/** The text of a quoted string (RFC 9110 §5.6.4); anything else as it is. */
const unquoted = (text: string): string => (/^".*"$/s.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : text)
