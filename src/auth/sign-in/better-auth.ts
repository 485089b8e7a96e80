import type { KeyObject } from 'node:crypto'
import { passkey } from '@better-auth/passkey'
import { type BetterAuthPlugin, betterAuth } from 'better-auth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { username } from 'better-auth/plugins/username'
import type { FailedSignIns } from '../../audit/failed-sign-ins.ts'
import type { Database } from '../../db/database.ts'
import { type AttemptCounter, openAttemptCounter } from '../../rate-limit/attempt-counter.ts'
import { attemptRate } from '../../rate-limit/attempt-limiter.ts'
import { setInitialPassword, setInitialPasswordPath } from '../accounts/set-initial-password.ts'
import type { SignUpPolicy } from '../accounts/sign-up-policy.ts'
import { usernameForm, usernameKey } from '../accounts/username.ts'
import { deriveKey } from '../server-secret.ts'
import { betterAuthSchema, passkeySchema, twoFactorSchema } from './better-auth-schema.ts'
import { type OidcProvider, signInWith } from './oidc-provider.ts'
import { passwordLength, passwordRules } from './password-rules.ts'
import { pendingSignInHooks } from './pending-sign-ins.ts'
import { providerPaths } from './provider-timeout.ts'
import { secondFactorCodes } from './second-factor-codes.ts'
import { defaultMaxSessionDays, sessionLifetime } from './session-life.ts'
import { checkedPaths } from './sign-in-attempts.ts'
import { onLockedAccount, signInAudit } from './sign-in-audit.ts'
import { openSignInProofs } from './sign-in-proofs.ts'
import { signInRules } from './sign-in-rules.ts'

export interface SignInOptions {
  database: Database
  serverSecret: KeyObject
  /** Pages of other origins that may sign people in, compared whole. */
  trustedOrigins: readonly string[]
  /** Who may make an account by signing in with the provider: everybody when it is `open`, otherwise nobody. */
  signUp?: SignUpPolicy
  /** After so many days a session ends, however it is used. */
  maxSessionDays?: number
  provider?: OidcProvider | undefined
  /** Counts requests in memory. */
  attemptCounter?: AttemptCounter
}

export const basePath = '/api/auth'
export const cookiePrefix = 'modelkeep'
/** Set by us alone on the way to the library: what a client sends under this name is replaced. */
export const addressHeader = 'x-modelkeep-address'

/** The key that the library signs cookies with, and encrypts second factors with. */
export const sessionSecret = (serverSecret: KeyObject): string =>
  deriveKey(serverSecret, 'session').export().toString('hex')

/** Sets up the library that signs people in; `secureCookies` where the hub is reached by HTTPS. */
export function openBetterAuth(
  {
    database,
    serverSecret,
    trustedOrigins,
    signUp = 'off',
    maxSessionDays = defaultMaxSessionDays,
    provider,
    attemptCounter = openAttemptCounter(),
  }: SignInOptions,
  { secureCookies, failures, now }: { secureCookies: boolean; failures: FailedSignIns; now: () => number },
): (request: Request) => Promise<Response> {
  const { expiresIn, hooks } = sessionLifetime(maxSessionDays)
  const rules = signInRules(database)
  const proofs = openSignInProofs(database)
  const library = betterAuth({
    ...betterAuthSchema,
    session: { ...betterAuthSchema.session, expiresIn },
    appName: 'modelkeep',
    database: { db: database.kysely, type: database.engine.name },
    secret: sessionSecret(serverSecret),
    // Stands where the library wants a fixed origin; `requestOrigin` puts each request's own in its place.
    baseURL: 'http://modelkeep.invalid',
    basePath,
    trustedOrigins: (request) => [...trustedOrigins, ...(request ? [new URL(request.url).origin] : [])],
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.least,
      maxPasswordLength: passwordLength.most,
      password: { verify: proofs.verify },
    },
    account: {
      ...betterAuthSchema.account,
      // A person who is signed in may link the provider under whatever address it knows them by.
      accountLinking: { allowDifferentEmails: true },
      updateAccountOnSignIn: false,
    },
    plugins: [
      requestOrigin,
      username({
        minUsernameLength: 1,
        maxUsernameLength: 64,
        usernameValidator: (name) => usernameForm.test(name),
        usernameNormalization: usernameKey,
        immutableUsername: true,
        schema: { user: { fields: { username: 'username_key', displayUsername: 'username' } } },
      }),
      passkey({ rpName: 'modelkeep', schema: passkeySchema }),
      twoFactor({ issuer: 'modelkeep', schema: twoFactorSchema, accountLockout: { enabled: false } }),
      proofs.plugin,
      secondFactorCodes(database, onLockedAccount({ failures, addressHeader })),
      setInitialPassword,
      passwordRules,
      { id: 'pending-sign-ins', init: () => ({ options: { databaseHooks: pendingSignInHooks(database) } }) },
      ...(provider ? [signInWith(provider, signUp)] : []),
      signInAudit({ database, failures, addressHeader, now }),
    ],
    databaseHooks: { ...rules, session: { ...rules.session, ...hooks } },
    rateLimit: {
      enabled: true,
      customStorage: {
        async consume(key, { max: most, window: seconds }) {
          const { admitted, resetSeconds } = await attemptCounter.count(key, { most, seconds })
          return { allowed: admitted, retryAfter: admitted ? null : resetSeconds }
        },
      },
      window: 60,
      max: 300,
      // These are counted before the library sees the request.
      customRules: {
        ...Object.fromEntries(checkedPaths.map((path) => [path, false as const])),
        '/sign-in/social': { window: attemptRate.seconds, max: attemptRate.most },
      },
    },
    advanced: {
      cookiePrefix,
      useSecureCookies: secureCookies,
      // Said outright, since the library's own defaults follow the environment.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: 'serial' },
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
    // What it did not expect reaches the server, which logs it and says nothing of the inside. A browser that comes
    // back from the provider in vain is sent to the sign-in page, with the reason in `error`.
    onAPIError: { throw: true, errorURL: '/login' },
  })
  return (request) => proofs.run(() => library.handler(request))
}

/**
 * The hub is reached under any host: providers send people back to the one that the request came to, and passkeys are
 * for it. The library makes a copy of its context for each request, so that this changes no other.
 */
const requestOrigin: BetterAuthPlugin = {
  id: 'request-origin',
  async onRequest(request, context) {
    const { origin } = new URL(request.url)
    context.baseURL = `${origin}${basePath}`
    context.options = { ...context.options, baseURL: origin }
  },
}

/** What the library offers and the hub has a use for. */
export const offeredPaths = ({ provider }: Pick<SignInOptions, 'provider'>): ReadonlySet<string> =>
  new Set([
    '/sign-in/email',
    '/sign-in/username',
    '/sign-out',
    '/get-session',
    '/list-sessions',
    '/revoke-session',
    '/revoke-sessions',
    '/revoke-other-sessions',
    '/change-password',
    setInitialPasswordPath,
    '/passkey/generate-register-options',
    '/passkey/verify-registration',
    '/passkey/generate-authenticate-options',
    '/passkey/verify-authentication',
    '/passkey/list-user-passkeys',
    '/passkey/update-passkey',
    '/passkey/delete-passkey',
    '/two-factor/enable',
    '/two-factor/disable',
    '/two-factor/get-totp-uri',
    '/two-factor/verify-totp',
    '/two-factor/verify-backup-code',
    '/two-factor/generate-backup-codes',
    '/list-accounts',
    '/unlink-account',
    ...(provider ? providerPaths : []),
  ])
