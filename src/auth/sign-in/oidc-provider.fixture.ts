import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Configuration } from 'oidc-provider'
import type { OidcProvider } from './oidc-provider.ts'

/** A real OpenID Connect provider on this machine. */
export interface ProviderFixture extends OidcProvider {
  /** What it says of its one person; tests change it. */
  claims: Record<string, unknown> & { sub: string }
  /** It takes connections and answers nothing. */
  isSilent: boolean
  /** Its person cancels, or may not sign in. */
  refuses: boolean
  /** Settles when it is asked for something the next time, whether it answers or not. */
  asked(): Promise<unknown>
  /** Signs its person in at the address that a hub sent the browser to; gives the one that it sends the browser back to. */
  signInAt(authorizationUrl: string): Promise<string>
}

/** Runs `run` with a provider that knows the hub at `hubOrigin`. */
export async function withProvider(
  hubOrigin: string,
  run: (provider: ProviderFixture) => Promise<void>,
): Promise<void> {
  const provider = await openProvider()
  provider.register(hubOrigin)
  try {
    await run(provider)
  } finally {
    await provider.close()
  }
}

/** A provider whose address is known before that of its hub, which it answers for once that is registered. */
export async function openProvider(): Promise<
  ProviderFixture & { register(hubOrigin: string): void; close(): Promise<void> }
> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = { clientId: 'modelkeep', clientSecret: 'a secret of the client' }
  const fixture: ProviderFixture = {
    issuer,
    ...client,
    name: 'The Studio',
    isSilent: false,
    refuses: false,
    asked: () => once(server, 'request'),
    claims: { sub: 'subject-1', email: 'ada@example.org', email_verified: true, preferred_username: 'ada' },
    signInAt: (authorizationUrl) => followBack(authorizationUrl, issuer),
  }
  return Object.assign(fixture, {
    register(hubOrigin: string) {
      const provider = new Provider(issuer, {
        ...quietly,
        clients: [
          {
            client_id: client.clientId,
            client_secret: client.clientSecret,
            token_endpoint_auth_method: 'client_secret_post',
            redirect_uris: [`${hubOrigin}/api/auth/callback/oidc`],
          },
        ],
        findAccount: (_context, accountId) => ({ accountId, claims: () => fixture.claims }),
      })
      const callback = provider.callback()
      server.on('request', (request, response) => {
        if (fixture.isSilent) return
        // Who comes is signed in, without a form to fill in, or sent away.
        if (request.url?.startsWith('/interaction/'))
          void provider.interactionFinished(
            request,
            response,
            fixture.refuses ? { error: 'access_denied' } : { login: { accountId: fixture.claims.sub } },
          )
        else void callback(request, response)
      })
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

const quietly: Configuration = {
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username', 'name', 'nickname'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  // Everything that a client asks for is granted.
  async loadExistingGrant({ oidc }) {
    const { provider, client, session } = oidc
    assert.ok(client && session?.accountId)
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope('openid profile email')
    await grant.save()
    return grant
  },
  cookies: { keys: ['a key of the tests'] },
}

/** Follows redirects within the provider, with its cookies, to the first address outside of it. */
async function followBack(authorizationUrl: string, issuer: string): Promise<string> {
  const cookies = new Map<string, string>()
  let target = authorizationUrl
  while (target.startsWith(issuer)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(target, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';', 1)[0] ?? '').split(/=(.*)/s)
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    assert.ok(location, `${response.status} at ${target}: ${await response.text()}`)
    target = new URL(location, target).href
  }
  return target
}
