import { createAuthenticate } from '../auth/authenticate.ts'
import { password, type TemporaryHub, withHub } from '../auth/hub.fixture.ts'
import { scopePresets } from '../auth/scopes.ts'
import type { NewToken as TokenToMake } from '../auth/tokens/change-tokens.ts'
import { openResponseCache } from '../edge-cache/response-cache.ts'
import { openLog } from '../http/log.ts'
import { openRateLimits } from '../http/rate-limits.ts'
import { createHubServer } from '../http/server.ts'
import { openAttemptCounter } from '../rate-limit/attempt-counter.ts'
import { openAttemptLimiter } from '../rate-limit/attempt-limiter.ts'
import { openRequestContext } from '../request-context/request-context.ts'
import { endpoint } from './core/define.ts'
import { unauthorized } from './core/errors.ts'
import type { Services } from './core/services.ts'
import { introspectToken } from './introspection.ts'
import { getMe } from './me.ts'
import { dismissOwnWarnings, listOwnDenials } from './token-denials.ts'
import { previewOwnToken } from './token-preview.ts'
import { reportTokens } from './token-reports.ts'
import { changeOverlap, rotateOwnToken } from './token-secrets.ts'
import { changeOwnToken, createOwnToken, listOwnTokens, revokeOwnToken } from './tokens.ts'

/** A served hub whose tokens are real, with the clock of the test. Addresses come from `X-Forwarded-For`. */
export interface ServedTokens extends TemporaryHub {
  request(target: string, asked?: Asked): Promise<Response>
  /** A token of an account that may do everything, where `settings` do not say otherwise. */
  addToken(accountId: number, settings?: Partial<TokenToMake>): Promise<{ id: number; text: string }>
  /** The cookie of a new session. */
  signIn(username: string): Promise<string>
}

export interface Asked {
  method?: string
  token?: string
  cookie?: string
  from?: string
  agent?: string
  json?: unknown
  form?: Record<string, string>
  headers?: Record<string, string>
}

/** Answers accounts alone, by itself and not by its category: as a download that needs a sign-in does. */
const membersOnly = endpoint({
  method: 'GET',
  path: '/members',
  category: 'mixed',
  scope: 'ModelsRead',
  summary: 'For accounts',
  handle({ principal }) {
    if (principal.kind === 'anonymous') throw unauthorized()
    return {}
  },
})

const downloadLike = endpoint({
  method: 'GET',
  path: '/download',
  category: 'mixed',
  scope: 'ModelsRead',
  use: 'download',
  summary: 'A download',
  handle: ({ principal }) => ({ knows: principal.kind === 'account' }),
})

/** Serves the endpoints of tokens, `/me`, and two that decide as downloads do. */
export async function withServedTokens(run: (hub: ServedTokens) => Promise<void>): Promise<void> {
  await withHub(async (hub) => {
    const { tokens, sessions, accounts, database } = hub
    const now = () => hub.clock.now
    const server = createHubServer(
      [
        getMe,
        listOwnTokens,
        createOwnToken,
        rotateOwnToken,
        changeOwnToken,
        changeOverlap,
        previewOwnToken,
        introspectToken,
        reportTokens,
        revokeOwnToken,
        listOwnDenials,
        dismissOwnWarnings,
        membersOnly,
        downloadLike,
      ],
      {
        services: {
          tokens,
          accounts,
          attempts: openAttemptLimiter({ database, attemptCounter: openAttemptCounter(now), now }),
        } as Services,
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
    const request: ServedTokens['request'] = (
      target,
      { method = 'GET', token, cookie, from, agent, json, form, headers } = {},
    ) =>
      fetch(new URL(target, origin), {
        method,
        headers: {
          'user-agent': agent ?? 'test/1',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          // As a page of the hub does.
          ...(cookie !== undefined && { cookie, origin }),
          ...(from !== undefined && { 'x-forwarded-for': from }),
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
        ...(form && { body: new URLSearchParams(form) }),
      })
    try {
      await run({
        ...hub,
        request,
        addToken: (accountId, settings) =>
          tokens.create({ accountId, name: 'test', scope: scopePresets.Full, ...settings }),
        async signIn(username) {
          const answer = await request('/api/auth/sign-in/username', { method: 'POST', json: { username, password } })
          return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
        },
      })
    } finally {
      await server.close()
    }
  })
}
