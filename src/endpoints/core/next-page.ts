import { redactTokens } from '../../auth/tokens/token-format.ts'

/**
 * The address of another page of what `target` (path and query as they came) asked for: absolute, the given
 * parameters put in the place of those of the same name or at the end, everything else kept as it was written and in
 * its order, repeated ones repeated. `token` is left out, and whatever else has a token in it, since no address that the
 * hub writes may carry one (contract §1).
 */
export function pageUrl(origin: string, target: string, parameters: Readonly<Record<string, string | number>>): string {
  const queryStart = target.indexOf('?')
  const path = queryStart < 0 ? target : target.slice(0, queryStart)
  const asked = queryStart < 0 ? [] : target.slice(queryStart + 1).split('&')
  const pending = new Map(Object.entries(parameters))
  const pairs: string[] = []
  for (const pair of asked) {
    const name = nameOf(pair)
    if (pair === '' || name.toLowerCase() === 'token' || holdsToken(pair)) continue
    if (!Object.hasOwn(parameters, name)) pairs.push(pair)
    else if (pending.has(name)) {
      pairs.push(written(name, pending.get(name)))
      pending.delete(name)
    }
  }
  for (const [name, value] of pending) pairs.push(written(name, value))
  return `${origin}${path}?${pairs.join('&')}`
}

const written = (name: string, value: unknown) => `${name}=${encodeURIComponent(String(value))}`

/** The parameter's name, decoded: `%74oken` is `token`. */
const nameOf = (pair: string): string => decoded(pair.split('=', 1)[0] ?? '')

function holdsToken(pair: string): boolean {
  const text = decoded(pair)
  return redactTokens(text) !== text
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
