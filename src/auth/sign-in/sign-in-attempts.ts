import type { AttemptKind, AttemptLimiter } from '../../rate-limit/attempt-limiter.ts'
import { setInitialPasswordPath } from '../accounts/set-initial-password.ts'
import { oidcProviderId } from './oidc-provider.ts'

/** The secret that each sign-in endpoint checks. Endpoints that check the same secret share one limit. */
const checked: Readonly<Record<string, AttemptKind>> = {
  '/sign-in/email': 'password',
  '/sign-in/username': 'password',
  '/change-password': 'password',
  '/two-factor/enable': 'password',
  '/two-factor/disable': 'password',
  '/two-factor/get-totp-uri': 'password',
  '/two-factor/generate-backup-codes': 'password',
  '/two-factor/verify-totp': 'second factor',
  '/two-factor/verify-backup-code': 'second factor',
  '/passkey/verify-authentication': 'passkey',
  [setInitialPasswordPath]: 'first password',
  [`/callback/${oidcProviderId}`]: 'provider',
}

/** Paths whose requests are counted here instead of by the sessions library. */
export const checkedPaths = Object.keys(checked)

/**
 * Counts a request for one of these paths (below `/api/auth`) before anything is checked; returns the 429 when its network has
 * made too many.
 */
export async function refuseAttempt(
  attempts: AttemptLimiter,
  { method, path, address }: { method: string; path: string; address: string },
): Promise<Response | undefined> {
  const kind = checked[path]
  // Only the callback of a provider is a GET. Any other one checks nothing, and any page can make a browser send it.
  if (kind === undefined || (method !== 'POST' && kind !== 'provider')) return undefined
  const { admitted, resetSeconds } = await attempts.admit(kind, address)
  if (admitted) return undefined
  return Response.json(
    { message: `Too many attempts. Try again in ${resetSeconds} s.` },
    { status: 429, headers: { 'retry-after': `${resetSeconds}`, 'x-retry-after': `${resetSeconds}` } },
  )
}
