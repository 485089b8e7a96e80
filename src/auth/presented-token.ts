import type { PresentedCredentials } from './principal.ts'

/** What a request presents as its token: its text, whatever it is worth, and the form it came in. */
export interface PresentedToken {
  text: string
  form: 'header' | 'query'
}

/**
 * The token that a request presents: what the `Authorization` header holds after its scheme word, otherwise `?token=`
 * (contract §1). Undefined when neither holds anything; only then may a session speak for the caller. What another scheme
 * than `Bearer` carries is no token, and final all the same.
 */
export function presentedToken({
  authorization,
  queryToken,
}: Pick<PresentedCredentials, 'authorization' | 'queryToken'>): PresentedToken | undefined {
  // A repeated header arrives joined by commas; the first that holds anything counts.
  for (const credential of authorization?.split(',') ?? []) {
    const [scheme = '', text] = splitScheme(credential)
    if (text !== undefined) return { text: scheme.toLowerCase() === 'bearer' ? text : '', form: 'header' }
  }
  const text = queryToken?.trim()
  return text ? { text, form: 'query' } : undefined
}

/** The scheme word, and what follows it after any number of spaces (RFC 9110 §11.4). */
function splitScheme(credential: string): [string, string?] {
  const trimmed = credential.trim()
  const gap = trimmed.search(/\s/)
  return gap === -1 ? [trimmed] : [trimmed.slice(0, gap), trimmed.slice(gap).trimStart()]
}
