import { password, type TemporaryHub, withHub } from '../auth/hub.fixture.ts'
import { scopePresets } from '../auth/scopes.ts'
import type { NewToken as TokenToMake } from '../auth/tokens/change-tokens.ts'
import { endpoint } from '../endpoints/core/define.ts'
import { unauthorized } from '../endpoints/core/errors.ts'
import { introspectToken } from '../endpoints/introspection.ts'
import { getMe } from '../endpoints/me.ts'
import { dismissOwnWarnings, listOwnDenials } from '../endpoints/token-denials.ts'
import { previewOwnToken } from '../endpoints/token-preview.ts'
import { reportTokens } from '../endpoints/token-reports.ts'
import { changeOverlap, rotateOwnToken } from '../endpoints/token-secrets.ts'
import { changeOwnToken, createOwnToken, listOwnTokens, revokeOwnToken } from '../endpoints/tokens.ts'
import { openTestServer } from './test-server.fixture.ts'

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
    const { tokens } = hub
    const server = await openTestServer(
      { ...hub, now: () => hub.clock.now },
      {
        endpoints: [
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
        server: { trustProxy: true },
      },
    )
    const { origin } = server
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
