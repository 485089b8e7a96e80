import type { AccountServices } from '../auth/accounts/account-services.ts'
import type { SignUpPolicy } from '../auth/accounts/sign-up-policy.ts'
import { password, type TemporaryHub, withHub } from '../auth/hub.fixture.ts'
import { type ScopeName, scopeMask, scopePresets } from '../auth/scopes.ts'
import { changeAccount, createPasswordReset, listAccounts } from '../endpoints/accounts.ts'
import { listAudit, listOwnAudit } from '../endpoints/audit.ts'
import { createInvitation, listInvitations, removeInvitation } from '../endpoints/invitations.ts'
import { getMe } from '../endpoints/me.ts'
import { getOwnAccount } from '../endpoints/own-account.ts'
import { resetPassword } from '../endpoints/password-reset.ts'
import { completeSetup } from '../endpoints/setup.ts'
import { signUp as signUpEndpoint } from '../endpoints/sign-up.ts'
import { openTestServer } from './test-server.fixture.ts'

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
    const { tokens, accounts, clock } = hub
    const newSetupCodes: string[] = []
    const server = await openTestServer(
      { ...hub, now: () => clock.now },
      {
        endpoints: [
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
        settings: { signUp },
        onSetupCode: (code) => void newSetupCodes.push(code),
        server: { trustProxy: true },
      },
    )
    const { origin, services } = server
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
        ...services,
        ...hub,
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
