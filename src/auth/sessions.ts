import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { parseCookies } from 'better-auth/cookies'
import { username } from 'better-auth/plugins/username'
import type { Database } from '../db/database.ts'
import type { PlaceholderOf } from '../db/prepared.ts'
import { passwordLength, usernameForm, usernameKey } from './new-account.ts'
import type { AccountPrincipal } from './principal.ts'
import { scopePresets } from './scopes.ts'
import { deriveKey } from './server-secret.ts'
import { sessionTables } from './session-tables.ts'

/** Browser sessions: signing in with a password, and whom a session cookie speaks for. */
export interface Sessions {
  /**
   * Answers everything below `/api/auth/`. The request's URL tells the hub's own origin; `address` is the client's, for
   * the limit on attempts and the list of sessions.
   */
  handler(request: Request, address: string): Promise<Response>
  /** Whether a `Cookie` header holds a session cookie, whatever it is worth. */
  holdsSession(cookie: string | undefined): boolean
  /** The account of a session cookie; undefined when it is forged, expired, signed out, or of a banned account. */
  principalOf(cookie: string | undefined): Promise<AccountPrincipal | undefined>
}

/** `trustedOrigins`: pages of other origins that may sign people in, compared whole. `now` gives Unix milliseconds. */
export function openSessions({
  database,
  serverSecret,
  trustedOrigins,
  now = Date.now,
}: {
  database: Database
  serverSecret: KeyObject
  trustedOrigins: readonly string[]
  now?: () => number
}): Sessions {
  const secret = deriveKey(serverSecret, 'session').export().toString('hex')
  const byToken = prepareByToken(database)
  const statusOf = database.lookup((query, values: PlaceholderOf<{ id: number }>) =>
    query.selectFrom('account').select('status').where('id', '=', values('id')),
  )
  const refuseBanned = async ({ userId }: { userId: string }) => {
    const account = await statusOf.first({ id: Number(userId) })
    if (account?.status === 'banned') throw new APIError('FORBIDDEN', { message: 'This account is banned' })
  }
  const make = (secureCookies: boolean) =>
    betterAuth({
      ...sessionTables,
      database: { db: database.kysely, type: database.engine.name },
      secret,
      // Each request tells the hub's origin; this stands where the library wants a fixed one.
      baseURL: 'http://modelkeep.invalid',
      basePath,
      trustedOrigins: (request) => [...trustedOrigins, ...(request ? [new URL(request.url).origin] : [])],
      emailAndPassword: {
        enabled: true,
        disableSignUp: true,
        minPasswordLength: passwordLength.least,
        maxPasswordLength: passwordLength.most,
      },
      plugins: [
        username({
          minUsernameLength: 1,
          maxUsernameLength: 64,
          usernameValidator: (name) => usernameForm.test(name),
          usernameNormalization: usernameKey,
          immutableUsername: true,
          schema: { user: { fields: { username: 'username_key', displayUsername: 'username' } } },
        }),
      ],
      databaseHooks: { session: { create: { before: refuseBanned } } },
      rateLimit: { enabled: true, window: 60, max: 300, customRules: { '/sign-in/*': { window: 60, max: 30 } } },
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
      // What it did not expect reaches the server, which logs it and says nothing of the inside.
      onAPIError: { throw: true },
    })
  const [overHttp, overHttps] = [make(false), make(true)]

  return {
    async handler(request, address) {
      const { pathname, protocol } = new URL(request.url)
      if (!offered.has(pathname.slice(basePath.length))) return Response.json({ error: 'Not found' }, { status: 404 })
      const headers = new Headers(request.headers)
      headers.set(addressHeader, address)
      return (protocol === 'https:' ? overHttps : overHttp).handler(new Request(request, { headers }))
    },
    holdsSession: (cookie) => sessionCookie(cookie) !== undefined,
    async principalOf(cookie) {
      const token = signedValue(sessionCookie(cookie), secret)
      const session = token === undefined ? undefined : await byToken.first({ token })
      if (!session || session.status === 'banned' || Date.parse(session.expires_at) <= now()) return undefined
      return {
        kind: 'account',
        accountId: session.user_id,
        role: session.role,
        via: { kind: 'session', sessionId: session.id },
        scope: scopePresets.Full,
      }
    },
  }
}

const basePath = '/api/auth'
const cookiePrefix = 'modelkeep'
const cookieName = `${cookiePrefix}.session_token`
/** Set by us alone on the way to the library: what a client sends under this name is replaced. */
const addressHeader = 'x-modelkeep-address'

/** What the library offers and the hub has a use for. */
const offered = new Set([
  '/sign-in/email',
  '/sign-in/username',
  '/sign-out',
  '/get-session',
  '/list-sessions',
  '/revoke-session',
  '/revoke-sessions',
  '/revoke-other-sessions',
  '/change-password',
])

/** Unique index `session_token`, then a key. */
const prepareByToken = (database: Database) =>
  database.lookup((query, values: PlaceholderOf<{ token: string }>) =>
    query
      .selectFrom('session')
      .innerJoin('account', 'account.id', 'session.user_id')
      .where('session.token', '=', values('token'))
      .select(['session.id', 'session.user_id', 'session.expires_at', 'account.status', 'account.role']),
  )

function sessionCookie(header: string | undefined): string | undefined {
  if (!header?.includes(cookieName)) return undefined
  const cookies = parseCookies(header)
  return cookies.get(`__Secure-${cookieName}`) ?? cookies.get(cookieName)
}

/** The value before the last dot, when what follows is its HMAC-SHA-256 in base64, as the library signs cookies. */
function signedValue(cookie: string | undefined, secret: string): string | undefined {
  const dot = cookie?.lastIndexOf('.') ?? -1
  if (cookie === undefined || dot < 1) return undefined
  const value = cookie.slice(0, dot)
  const given = Buffer.from(cookie.slice(dot + 1), 'base64')
  const expected = createHmac('sha256', secret).update(value).digest()
  return given.length === expected.length && timingSafeEqual(given, expected) ? value : undefined
}
