import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseCookies } from 'better-auth/cookies'
import { openFailedSignIns } from '../../audit/failed-sign-ins.ts'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import { openAttemptCounter } from '../../rate-limit/attempt-counter.ts'
import { openAttemptLimiter } from '../../rate-limit/attempt-limiter.ts'
import { readOrigin } from '../origins.ts'
import type { AccountPrincipal } from '../principal.ts'
import { scopePresets } from '../scopes.ts'
import {
  addressHeader,
  basePath,
  cookiePrefix,
  offeredPaths,
  openBetterAuth,
  type SignInOptions,
  sessionSecret,
} from './better-auth.ts'
import { guardFullDisk } from './full-disk-sessions.ts'
import { withProviderTimeout } from './provider-timeout.ts'
import { refusalTexts, refuseChange } from './session-changes.ts'
import { refuseAttempt } from './sign-in-attempts.ts'
import { storedOnly, type UnstoredEnds } from './unstored-ends.ts'

/** Browser sessions: signing in, and whom a session cookie speaks for. */
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
  /** Records the failed sign-ins that wait to be. Call before the database closes. */
  close(): Promise<void>
}

/** `now` gives Unix milliseconds; `onError` is told when failed sign-ins could not be recorded. */
export function openSessions({
  now = Date.now,
  onError,
  ends = storedOnly,
  ...options
}: SignInOptions & { now?: () => number; onError: (error: unknown) => void; ends?: UnstoredEnds }): Sessions {
  const { database, serverSecret } = options
  const secret = sessionSecret(serverSecret)
  const byToken = prepareByToken(database)
  const offered = offeredPaths(options)
  const trusted = new Set(options.trustedOrigins.map(readOrigin))
  const attempts = openAttemptLimiter({
    database,
    attemptCounter: options.attemptCounter ?? openAttemptCounter(now),
    now,
  })
  const failures = openFailedSignIns({ database, now, onError })
  const overHttp = openBetterAuth(options, { secureCookies: false, failures, now })
  const overHttps = openBetterAuth(options, { secureCookies: true, failures, now })

  const guard = guardFullDisk(database, ends)
  const storedSessionOf = async (cookie: string | undefined) => {
    const token = signedValue(sessionCookie(cookie), secret)
    return token === undefined ? undefined : await byToken.first({ token })
  }
  /** Whether its end is known only from memory. */
  const hasEnded = ({ id, user_id }: { id: number; user_id: number }) =>
    ends.has(`session ${id}`) || ends.has(`account ${user_id}`)

  return {
    async handler(request, address) {
      const { pathname, protocol } = new URL(request.url)
      const path = pathname.slice(basePath.length)
      if (!offered.has(path)) return Response.json({ error: 'Not found' }, { status: 404 })
      const own = new URL(request.url).origin
      const refusal = await refusalOf(request, (page) => page === own || trusted.has(page))
      if (refusal) return refusal
      const refused = await refuseAttempt(attempts, { method: request.method, path, address })
      if (refused) return refused
      const headers = new Headers(request.headers)
      // The library knows `Origin` only, and takes a request without it for a foreign one.
      if (request.method === 'POST' && !headers.has('origin')) headers.set('origin', own)
      headers.set(addressHeader, address)
      const answer = protocol === 'https:' ? overHttps : overHttp
      const sender = await storedSessionOf(request.headers.get('cookie') ?? undefined)
      // The library does not know of ends that are not stored.
      if (sender && hasEnded(sender)) headers.delete('cookie')
      const respond = () => answer(new Request(request.clone(), { headers }))
      return withProviderTimeout(path, guard({ path, request, sender }, respond))
    },
    holdsSession: (cookie) => sessionCookie(cookie) !== undefined,
    async principalOf(cookie) {
      const session = await storedSessionOf(cookie)
      if (!session || hasEnded(session) || session.status === 'banned' || Date.parse(session.expires_at) <= now())
        return undefined
      return {
        kind: 'account',
        accountId: session.user_id,
        role: session.role,
        via: { kind: 'session', sessionId: session.id },
        scope: scopePresets.Full,
      }
    },
    close: failures.close,
  }
}

/** Refuses what a page of another site sends, with a session or to sign in: nobody is to be signed in as someone else unnoticed. */
async function refusalOf(request: Request, isKnown: (origin: string) => boolean): Promise<Response | undefined> {
  if (request.method !== 'POST') return undefined
  const { headers } = request
  const refusal = refuseChange(
    {
      origin: headers.get('origin') ?? undefined,
      fetchSite: headers.get('sec-fetch-site') ?? undefined,
      contentType: headers.get('content-type') ?? undefined,
      hasBody: (await request.clone().arrayBuffer()).byteLength > 0,
    },
    { isKnown },
  )
  if (refusal === undefined) return undefined
  const error = refusalTexts[refusal]
  return Response.json({ error, message: error }, { status: refusal === 'content type' ? 415 : 403 })
}

const cookieName = `${cookiePrefix}.session_token`

/** Unique index `session_token`, then a key. */
const prepareByToken = (database: Database) =>
  database.lookup((query, values: BindPlaceholder<{ token: string }>) =>
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
