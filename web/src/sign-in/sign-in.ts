import { ApiError } from '../api/client'

/**
 * Asks one of the hub's sign-in endpoints (below `/api/auth`): with `fields` it posts them.
 * @throws ApiError with a text for people
 */
export async function askAuth<Value = Record<string, unknown>>(path: string, fields?: object): Promise<Value> {
  const asked: RequestInit = fields
    ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fields) }
    : {}
  const answer = await fetch(`/api/auth${path}`, { ...asked, credentials: 'same-origin' }).catch(() => {
    throw new ApiError(0, 'The hub does not answer. Is it running, and are you connected?')
  })
  const body: unknown = await answer.json().catch(() => null)
  if (!answer.ok) throw new ApiError(answer.status, refusalOf(answer, body))
  // Each caller names the shape that the library documents for the path.
  return (body ?? {}) as Value
}

/** What comes of a right password: one is in, or the hub asks for the second factor as well. */
export type PasswordOutcome = 'signed in' | 'second factor'

/** Signs in with a username or an e-mail address. */
export async function signInWithPassword(name: string, password: string): Promise<PasswordOutcome> {
  const { twoFactorRedirect } = await (name.includes('@')
    ? askAuth<{ twoFactorRedirect?: boolean }>('/sign-in/email', { email: name, password })
    : askAuth<{ twoFactorRedirect?: boolean }>('/sign-in/username', { username: name, password }))
  return twoFactorRedirect ? 'second factor' : 'signed in'
}

/** Ends signing in that waits for a second factor; `trustDevice` spares this browser the question for 30 days. */
export const giveSecondFactor = ({
  code,
  kind,
  trustDevice,
}: {
  code: string
  kind: 'totp' | 'backup-code'
  trustDevice: boolean
}) => askAuth(`/two-factor/verify-${kind}`, { code, trustDevice })

function refusalOf({ status, headers }: Response, body: unknown): string {
  if (status === 429) {
    const seconds = Number(headers.get('retry-after') ?? headers.get('x-retry-after')) || 60
    return `Too many attempts. Try again in ${seconds} seconds.`
  }
  const { code, message } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  if (typeof code === 'string' && code in clearer) return clearer[code] ?? ''
  return typeof message === 'string' ? message : `The hub answered ${status}.`
}

/** The library's own texts, where they would leave people alone. */
const clearer: Record<string, string> = {
  SESSION_NOT_FRESH: 'You signed in a while ago. Sign out and in again to do this.',
  INVALID_CODE: 'This code is not right. Codes are valid for half a minute: try the next one.',
  INVALID_BACKUP_CODE: 'This is not one of your backup codes, or it was used.',
  INVALID_TWO_FACTOR_COOKIE: 'Signing in took too long. Start again with your password.',
  PROVIDER_NOT_FOUND: 'The other site does not answer as it should. Try again later, or sign in another way.',
  PASSKEY_NOT_FOUND: 'This hub does not know the passkey. It may have been removed from the account.',
}
