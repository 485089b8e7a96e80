import { presentedToken } from './presented-token.ts'
import { type Authenticate, anonymous } from './principal.ts'
import type { Sessions } from './sessions.ts'
import type { Tokens } from './tokens.ts'

/** A presented token decides alone, good or bad; without one, the session cookie does (contract §1). */
export function makeAuthenticate({
  tokens,
  sessions,
}: {
  tokens: Pick<Tokens, 'verify'>
  sessions: Pick<Sessions, 'principalOf'>
}): Authenticate {
  return async (presented) => {
    const token = presentedToken(presented)
    const principal = token
      ? await tokens.verify({ ...presented, text: token.text, form: token.form })
      : await sessions.principalOf(presented.cookie)
    return principal ?? anonymous
  }
}
