import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SignUpPolicy } from '../accounts/sign-up-policy.ts'
import { type Browser, openBrowser } from '../browser.fixture.ts'
import { password, type TemporaryHub, withHub } from '../hub.fixture.ts'
import { type ProviderFixture, withProvider } from './oidc-provider.fixture.ts'
import { freeUsernames, usernameFrom } from './oidc-provider.ts'
import { openSessions } from './sessions.ts'

const origin = 'http://hub.example:3333'

interface Met {
  hub: TemporaryHub
  provider: ProviderFixture
  /** Signs the provider's person in with a fresh browser; gives where the browser ends, and whom it speaks for. */
  arrive(): Promise<{ at: string; accountId: number | undefined }>
}

const withBoth = (signUp: SignUpPolicy, run: (met: Met) => Promise<void>) =>
  withProvider(origin, (provider) =>
    withHub(
      (hub) =>
        run({
          hub,
          provider,
          async arrive() {
            const browser = openBrowser(hub.sessions, { origin })
            const at = await comeBack(browser, provider)
            return { at, accountId: (await hub.sessions.principalOf(browser.cookie()))?.accountId }
          },
        }),
      { signUp, provider },
    ),
  )

/** There and back; gives the address that the hub sends the browser to in the end. */
async function comeBack(browser: Browser, provider: ProviderFixture, path = '/sign-in/social'): Promise<string> {
  const back = await comeAsFarAsBack(browser, provider, path)
  return (await browser.get(back)).headers.get('location') ?? ''
}

/** There; gives the address that the provider sends the browser back to. */
async function comeAsFarAsBack(browser: Browser, provider: ProviderFixture, path = '/sign-in/social') {
  const answer = await browser.post(path, { provider: 'oidc', callbackURL: '/models' })
  assert.equal(answer.status, 200, await answer.clone().text())
  const { url } = (await answer.json()) as { url: string }
  const back = await provider.signInAt(url)
  assert.ok(back.startsWith(`${origin}/api/auth/callback/oidc?`), back)
  return back
}

/** As the owner's command line makes an account, which vouches for its address. */
const addVouched = async (hub: TemporaryHub, username: string) => {
  const id = await hub.addAccount(username)
  await hub.database.kysely.updateTable('account').set({ email_verified: 1 }).where('id', '=', id).execute()
  return id
}

test('who has an account is known by the verified address, however the hub takes sign-ups, and by the subject ever after', () =>
  withBoth('off', async ({ hub, provider, arrive }) => {
    const id = await addVouched(hub, 'Ada')
    provider.claims.email = 'ADA@example.org'
    assert.deepEqual(await arrive(), { at: '/models', accountId: id })
    provider.claims.email = 'moved@example.org'
    assert.deepEqual(await arrive(), { at: '/models', accountId: id })
    assert.equal((await hub.accounts.find('ada'))?.email, 'ada@example.org')
  }))

test('of the provider no token is kept', () =>
  withBoth('off', async ({ hub, arrive }) => {
    await addVouched(hub, 'Ada')
    await arrive()
    await arrive()
    const kept = await hub.database.kysely
      .selectFrom('credential')
      .select(['access_token', 'refresh_token', 'id_token'])
      .where('provider_id', '=', 'oidc')
      .execute()
    assert.deepEqual(
      kept.map((row) => ({ ...row })),
      [{ access_token: null, refresh_token: null, id_token: null }],
    )
  }))

test('an address that nobody vouches for links nothing, at the provider or on the hub', () =>
  withBoth('open', async ({ hub, provider, arrive }) => {
    await addVouched(hub, 'Ada')
    provider.claims.email_verified = false
    assert.deepEqual(await arrive(), { at: '/login?error=account_not_linked', accountId: undefined })
    await hub.addAccount('Bob') // who only claims the address
    provider.claims = { sub: 'subject-2', email: 'bob@example.org', email_verified: true }
    assert.deepEqual(await arrive(), { at: '/login?error=account_not_linked', accountId: undefined })
  }))

test('who has no account gets none where sign-up is off or by invitation', async () => {
  for (const signUp of ['off', 'invitation'] as const)
    await withBoth(signUp, async ({ hub, arrive }) => {
      await hub.addAccount('owner')
      assert.deepEqual(await arrive(), { at: '/login?error=signup_disabled', accountId: undefined })
      assert.equal((await hub.accounts.list()).length, 1)
    })
})

test('where sign-up is open an account is made, under a name that nobody has, in any letter case', () =>
  withBoth('open', async ({ hub, provider, arrive }) => {
    await hub.addAccount('Ünal'.replace('Ü', 'U'))
    const revision = hub.database.catalogRevision()
    provider.claims = {
      sub: 'subject-3',
      email: 'unal@studio.example',
      email_verified: true,
      preferred_username: 'ünal',
    }
    const { at, accountId } = await arrive()
    assert.equal(at, '/models')
    const made = await hub.accounts.find('UNAL-2')
    assert.deepEqual(
      { ...made },
      {
        id: accountId,
        username: 'unal-2',
        email: 'unal@studio.example',
        role: 'user',
        status: 'active',
      },
    )
    assert.notEqual(hub.database.catalogRevision(), revision)
    assert.equal((await arrive()).accountId, accountId)
  }))

test('nobody becomes the first account by way of the provider: that one is the owner', () =>
  withBoth('open', async ({ hub, arrive }) => {
    const { at, accountId } = await arrive()
    assert.match(at, /^\/login\?error=hub_not_set_up/)
    assert.equal(accountId, undefined)
    assert.deepEqual(await hub.accounts.list(), [])
  }))

test('a banned account cannot sign in with the provider', () =>
  withBoth('off', async ({ hub, arrive }) => {
    await addVouched(hub, 'Ada')
    await hub.accounts.changeStatus('Ada', 'ban')
    const { at, accountId } = await arrive()
    assert.match(at, /^\/login\?error=account_banned/)
    assert.equal(accountId, undefined)
  }))

test('who is signed in links the provider, under another address too', () =>
  withBoth('off', async ({ hub, provider, arrive }) => {
    const id = await hub.addAccount('Ada')
    provider.claims.email = 'ada@studio.example'
    const browser = openBrowser(hub.sessions, { origin })
    await browser.post('/sign-in/username', { username: 'ada', password })
    assert.equal(await comeBack(browser, provider, '/link-social'), '/models')
    assert.deepEqual(await arrive(), { at: '/models', accountId: id })
  }))

test('nobody is sent on to another site, nor comes in by an answer that was not asked for', () =>
  withBoth('off', async ({ hub }) => {
    await addVouched(hub, 'Ada')
    const browser = openBrowser(hub.sessions, { origin })
    for (const callbackURL of ['https://evil.example/', '//evil.example', 'https://hub.example:3333.evil.example/'])
      assert.equal((await browser.post('/sign-in/social', { provider: 'oidc', callbackURL })).status, 403, callbackURL)
    const unasked = await browser.get('/callback/oidc?code=abc&state=def')
    assert.match(unasked.headers.get('location') ?? '', /^\/login\?error=/)
    assert.equal(await hub.sessions.principalOf(browser.cookie()), undefined)
  }))

test('without a provider there is nothing to sign in with', () =>
  withHub(async (hub) => {
    const browser = openBrowser(hub.sessions, { origin })
    assert.equal((await browser.post('/sign-in/social', { provider: 'oidc' })).status, 404)
    assert.equal((await browser.get('/callback/oidc?code=a&state=b')).status, 404)
  }))

test('a provider that does not answer holds up nobody but who needs it, and is asked again', (t) =>
  withBoth('off', async ({ hub, provider, arrive }) => {
    const id = await addVouched(hub, 'Ada')
    provider.isSilent = true
    t.mock.timers.enable({ apis: ['setTimeout'] })
    /** No time goes by but what a browser waits at most. */
    const afterPatience = async (answering: Promise<Response>) => {
      await provider.asked()
      t.mock.timers.tick(8000)
      return answering
    }
    const browser = openBrowser(hub.sessions, { origin })
    assert.equal((await browser.post('/sign-in/username', { username: 'ada', password })).status, 200)
    for (const path of ['/sign-in/social', '/link-social']) {
      const refused = await afterPatience(browser.post(path, { provider: 'oidc', callbackURL: '/models' }))
      assert.equal(refused.status, 504)
      assert.match(await refused.text(), /does not answer/)
      assert.equal((await hub.sessions.principalOf(browser.cookie()))?.accountId, id)
    }
    provider.isSilent = false
    assert.deepEqual(await arrive(), { at: '/models', accountId: id })

    const other = openBrowser(hub.sessions, { origin })
    const back = await comeAsFarAsBack(other, provider)
    provider.isSilent = true
    const returned = await afterPatience(other.get(back))
    assert.equal(returned.headers.get('location'), '/login?error=provider_does_not_answer')
    assert.equal(await hub.sessions.principalOf(other.cookie()), undefined)
  }))

test('who was at the provider while the hub began anew comes in nevertheless', () =>
  withBoth('off', async ({ hub, provider }) => {
    const id = await addVouched(hub, 'Ada')
    const { database, serverSecret } = hub
    const begin = () => openSessions({ database, serverSecret, trustedOrigins: [], provider, onError: console.error })
    let sessions = begin()
    const browser = openBrowser({ handler: (...asked) => sessions.handler(...asked) }, { origin })
    const back = await comeAsFarAsBack(browser, provider)
    sessions = begin()
    assert.equal((await browser.get(back)).headers.get('location'), '/models')
    assert.equal((await sessions.principalOf(browser.cookie()))?.accountId, id)
  }))

test('a username is made of what a claim says', () => {
  const cases: [string, string][] = [
    ['ada.l_1', 'ada.l_1'],
    ['Ünal Ç', 'Unal-C'],
    ['  a / b  ', 'a-b'],
    ['阿达', ''],
    ['x'.repeat(100), 'x'.repeat(56)],
  ]
  for (const [claim, username] of cases) assert.equal(usernameFrom(claim), username)
})

test('who is called at the provider as no account may be here gets the name with a number', () =>
  withHub(async ({ database }) => {
    assert.equal(await freeUsernames(database)('Account'), 'Account-2')
  }))
