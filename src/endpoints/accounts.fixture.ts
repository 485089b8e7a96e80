import { openAuditLog } from '../audit/audit-log.ts'
import { type AccountServices, openAccountServices } from '../auth/accounts/account-services.ts'
import { openSetupCode } from '../auth/accounts/setup-code.ts'
import type { SignUpPolicy } from '../auth/accounts/sign-up-policy.ts'
import { createAuthenticate } from '../auth/authenticate.ts'
import { password, type TemporaryHub, withHub } from '../auth/hub.fixture.ts'
import { type ScopeName, scopeMask, scopePresets } from '../auth/scopes.ts'
import { openResponseCache } from '../edge-cache/response-cache.ts'
import { openLog } from '../http/log.ts'
import { openRateLimits } from '../http/rate-limits.ts'
import { createHubServer } from '../http/server.ts'
import { openAttemptCounter } from '../rate-limit/attempt-counter.ts'
import { openRequestContext } from '../request-context/request-context.ts'
import { changeAccount, createPasswordReset, listAccounts } from './accounts.ts'
import { listAudit, listOwnAudit } from './audit.ts'
import type { Services } from './core/services.ts'
import { createInvitation, listInvitations, removeInvitation } from './invitations.ts'
import { getMe } from './me.ts'
import { getOwnAccount } from './own-account.ts'
import { resetPassword } from './password-reset.ts'
import { completeSetup } from './setup.ts'
import { signUp as signUpEndpoint } from './sign-up.ts'

/** A served hub with the endpoints of accounts, real sessions and tokens, and the clock of the test. */
export interface ServedAccounts extends TemporaryHub, AccountServices {
  origin: string
  /** Addresses come from `from`; gives status and JSON body. */
  ask(target: string, asked?: Asked): Promise<Answer>
  /** An owner, and a token of it. */
  addOwner(username?: string): Promise<{ id: number; token: string }>
  addToken(accountId: number, scopes?: ScopeName[]): Promise<string>
  /** Tries to sign in; gives the status and the cookie. */
  signIn(username: string, password?: string): Promise<{ status: number; cookie: string }>
  /** Setup codes that replaced others. */
  newSetupCodes: string[]
}

export interface Asked {
  method?: string
  token?: string
  cookie?: string
  from?: string
  json?: unknown
}

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect.
  body: any
}

export async function withServedAccounts(
  run: (hub: ServedAccounts) => Promise<void>,
  { signUp = 'off' }: { signUp?: SignUpPolicy } = {},
): Promise<void> {
  await withHub(async (hub) => {
    const { tokens, sessions, accounts, database, serverSecret, clock } = hub
    const newSetupCodes: string[] = []
    const services = openAccountServices({
      database,
      serverSecret,
      signUp,
      setupCode: openSetupCode((code) => void newSetupCodes.push(code)),
      attemptCounter: openAttemptCounter(() => clock.now),
      now: () => clock.now,
    })
    const server = createHubServer(
      [
        completeSetup,
        signUpEndpoint,
        resetPassword,
        getMe,
        getOwnAccount,
        listAccounts,
        changeAccount,
        createPasswordReset,
        listInvitations,
        createInvitation,
        removeInvitation,
        listOwnAudit,
        listAudit,
      ],
      {
        services: { ...services, tokens, accounts, auditLog: openAuditLog(database) } as Services,
        authenticate: createAuthenticate({ tokens, sessions }),
        noteMissingScope: tokens.noteMissingScope,
        isClosed: false,
        noteAnonymous: () => undefined,
        isPublishedTo: tokens.isPublishedTo,
        isTrusted: () => false,
        rateLimits: openRateLimits({}),
        holdsSession: sessions.holdsSession,
        cache: openResponseCache({ maxBytes: 1_000_000, changes: database }),
        work: openRequestContext(),
        isReady: () => true,
        sessions: sessions.handler,
      },
      { tls: undefined, trustProxy: true, log: openLog('error'), publicUrl: undefined, allowedHosts: [] },
    )
    const { host, port } = await server.listen({ host: '127.0.0.1', port: 0 })
    const origin = `http://${host}:${port}`
    const ask: ServedAccounts['ask'] = async (target, { method, token, cookie, from, json } = {}) => {
      const answer = await fetch(new URL(target, origin), {
        method: method ?? (json === undefined ? 'GET' : 'POST'),
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          // As a page of the hub does.
          ...(cookie !== undefined && { cookie, origin }),
          ...(from !== undefined && { 'x-forwarded-for': from }),
          ...(json !== undefined && { 'content-type': 'application/json' }),
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
      })
      const text = await answer.text()
      return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) }
    }
    const addToken: ServedAccounts['addToken'] = async (accountId, scopes) =>
      (await tokens.create({ accountId, name: 'test', scope: scopes ? scopeMask(scopes) : scopePresets.Full })).text
    try {
      await run({
        ...hub,
        ...services,
        origin,
        ask,
        addToken,
        newSetupCodes,
        async addOwner(username = 'owner') {
          const { id } = await accounts.create({
            username,
            email: `${username}@example.org`,
            password,
            role: 'owner',
            emailVerified: true,
          })
          return { id, token: await addToken(id) }
        },
        async signIn(username, typed = password) {
          const { status, headers } = await ask('/api/auth/sign-in/username', { json: { username, password: typed } })
          return { status, cookie: headers.getSetCookie()[0]?.split(';')[0] ?? '' }
        },
      })
    } finally {
      await server.close()
    }
  })
}
