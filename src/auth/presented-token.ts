import { bearerCredentials } from './authorization-header.ts'
import type { PresentedCredentials } from './principal.ts'

/** The token of a request, valid or not, and the form that it came in. */
export interface PresentedToken {
  text: string
  form: 'header' | 'query'
}

/**
 * Returns the token of a request: the credentials of a `Bearer` header, otherwise `?token=` (contract §1). Undefined when
 * there is neither; only then does a session decide. A header of another scheme counts as absent.
 */
export function presentedToken({
  authorization,
  queryToken,
}: Pick<PresentedCredentials, 'authorization' | 'queryToken'>): PresentedToken | undefined {
  const inHeader = bearerCredentials(authorization)
  if (inHeader !== undefined) return { text: inHeader, form: 'header' }
  const text = queryToken?.trim()
  return text ? { text, form: 'query' } : undefined
}
