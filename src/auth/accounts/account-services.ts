import type { KeyObject } from 'node:crypto'
import type { Database } from '../../db/database.ts'
import type { AttemptCounter } from '../../rate-limit/attempt-counter.ts'
import { type AttemptLimiter, openAttemptLimiter } from '../../rate-limit/attempt-limiter.ts'
import { storedOnly, type UnstoredEnds } from '../sign-in/unstored-ends.ts'
import { type AccountAdministration, openAccountAdministration } from './account-administration.ts'
import { type AccountProfile, openAccountProfiles } from './account-profile.ts'
import { type Invitations, openInvitations } from './invitations.ts'
import { oneTimeSecrets } from './one-time-secret.ts'
import { openPasswordResets, type PasswordResets } from './password-resets.ts'
import { openSetup, type Setup } from './setup.ts'
import type { SetupCode } from './setup-code.ts'
import type { SignUpPolicy } from './sign-up-policy.ts'
import { openSignUps, type SignUps } from './sign-ups.ts'

/** By what accounts come to be, and what is decided about them, through the hub's own API. */
export interface AccountServices {
  setup: Setup
  signUps: SignUps
  invitations: Invitations
  passwordResets: PasswordResets
  accountAdministration: AccountAdministration
  ownAccount: (accountId: number) => Promise<AccountProfile | undefined>
  attempts: AttemptLimiter
}

/** `now` gives Unix milliseconds. */
export function openAccountServices({
  database,
  serverSecret,
  signUp,
  setupCode,
  attemptCounter,
  now = Date.now,
  ends = storedOnly,
}: {
  database: Database
  serverSecret: KeyObject
  signUp: SignUpPolicy
  setupCode: SetupCode
  attemptCounter: AttemptCounter
  now?: () => number
  ends?: UnstoredEnds
}): AccountServices {
  const invitations = openInvitations({ database, secrets: oneTimeSecrets(serverSecret, 'invitation'), now })
  return {
    setup: openSetup({ database, code: setupCode }),
    invitations,
    signUps: openSignUps({ database, invitations, policy: signUp, now }),
    passwordResets: openPasswordResets({ database, secrets: oneTimeSecrets(serverSecret, 'password reset'), now }),
    accountAdministration: openAccountAdministration({ database, now, ends }),
    ownAccount: openAccountProfiles(database),
    attempts: openAttemptLimiter({ database, attemptCounter, now }),
  }
}
