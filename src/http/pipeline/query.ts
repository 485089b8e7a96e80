import { tokensInText } from '../../auth/tokens/token-format.ts'
import type { QueryUse } from '../../endpoints/core/define.ts'

/** What a request's target asks for. */
export interface ParsedQuery {
  query: QueryUse
  /** The first `token`, empty included; its mere presence makes the answer personal to the URL. */
  token: string | undefined
}

/**
 * Reads the query of a target. Empty values are as if absent (contract §1); `token` is taken out, so that no handler
 * meets it. Undefined when the percent-encoding is malformed or the text is not UTF-8.
 */
export function parseQuery(target: string): ParsedQuery | undefined {
  const start = target.indexOf('?')
  if (start < 0) return emptyQuery
  const query: Record<string, string[]> = Object.create(null)
  let token: string | undefined
  try {
    for (const pair of target.slice(start + 1).split('&')) {
      if (pair === '') continue
      const equals = pair.indexOf('=')
      const name = decode(equals < 0 ? pair : pair.slice(0, equals))
      const value = decode(equals < 0 ? '' : pair.slice(equals + 1))
      if (name === 'token') token ??= value
      else if (value !== '') {
        const values = query[name]
        if (values) values.push(value)
        else query[name] = [value]
      }
    }
  } catch {
    return undefined
  }
  return { query, token }
}

/**
 * Whether a target has a `token`, empty or malformed ones included, or the text of a hub's token under any other name
 * (`token[]`, `access_token`): its response belongs to nobody else, and no shared cache may have the secret in its key.
 */
export const hasQueryToken = (target: string, asked: ParsedQuery | undefined = parseQuery(target)): boolean =>
  asked?.token !== undefined || /[?&]token=/i.test(target) || containsToken(target)

/** Percent-encoded letters, as far as they are ASCII, count as well: a token has no other characters. */
function containsToken(target: string): boolean {
  const start = target.indexOf('?')
  if (start < 0) return false
  const query = target.slice(start)
  return tokensInText(query).length > 0 || (query.includes('%') && tokensInText(decodeAscii(query)).length > 0)
}

const decodeAscii = (text: string) =>
  text.replace(/%[2-7][0-9a-f]/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))

const emptyQuery: ParsedQuery = { query: Object.freeze(Object.create(null)), token: undefined }

const decode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))
