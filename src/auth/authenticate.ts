import { headerMistake } from './authorization-header.ts'
import { presentedToken } from './presented-token.ts'
import { type Authenticate, anonymous } from './principal.ts'
import type { Sessions } from './sign-in/sessions.ts'
import type { Tokens } from './tokens/tokens.ts'

/**
 * A presented token decides, good or bad; without one, the session cookie does (contract §1). Where the header decided nothing
 * and holds a key in a wrong form, the refusal is recorded for the token of that key.
 */
export function createAuthenticate({
  tokens,
  sessions,
}: {
  tokens: Pick<Tokens, 'verify' | 'noteWrongForm'>
  sessions: Pick<Sessions, 'principalOf'>
}): Authenticate {
  return async (presented) => {
    const token = presentedToken(presented)
    const principal = token
      ? await tokens.verify({ ...presented, text: token.text, form: token.form })
      : await sessions.principalOf(presented.cookie)
    if (principal) return principal
    const { authorization, isRepeated } = presented
    if (authorization !== undefined && token?.form !== 'query' && !isRepeated)
      for (const key of headerMistake(authorization)?.keys ?? []) await tokens.noteWrongForm(key, presented)
    return anonymous
  }
}
