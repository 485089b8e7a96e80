import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entriesRecordedSince, everything, holdsNone, lastId } from '../../audit/audit.fixture.ts'
import { type Browser, openBrowser } from '../browser.fixture.ts'
import { password, type TemporaryHub, withHub } from '../hub.fixture.ts'
import { withProvider } from './oidc-provider.fixture.ts'
import { makeAuthenticator } from './passkey.fixture.ts'
import { enable, totp } from './second-factor.fixture.ts'

/** What is recorded while `work` is done, without the ids of sessions. */
async function newsOf({ database }: TemporaryHub, work: () => Promise<unknown>): Promise<string[]> {
  const before = await lastId(database)
  await work()
  const news = await entriesRecordedSince(database, before)
  return news.map((line) => line.replaceAll(/"sessionId":\d+/g, '"sessionId":0'))
}

const signIn = (browser: Browser) => browser.post('/sign-in/username', { username: 'ada', password })
const signedIn = (way: string) => `sign-in Ada {"way":"${way}","sessionId":0}`

/** Of a ceremony with a passkey, what the authenticator has to answer. */
async function challengeOf(browser: Browser, kind: 'register' | 'authenticate'): Promise<string> {
  const answer = await browser.get(`/passkey/generate-${kind}-options`)
  assert.equal(answer.status, 200)
  return ((await answer.json()) as { challenge: string }).challenge
}

test('signing in and out is recorded, with the account, the session, the network and the program', () =>
  withHub(async (hub) => {
    const id = await hub.addAccount('Ada')
    const browser = openBrowser(hub.sessions, { address: '192.0.2.7' })
    const before = await lastId(hub.database)
    await browser.post('/sign-in/email', { email: 'ada@example.org', password })
    const principal = await hub.sessions.principalOf(browser.cookie())
    await browser.post('/sign-out')
    const entries = (await everything(hub.database)).filter((entry) => entry.id > before)
    assert.ok(principal?.via.kind === 'session')
    const { sessionId } = principal.via
    const ada = { id, username: 'Ada' }
    const common = { account: ada, actor: { via: 'session', account: ada, tokenId: null, sessionId } }
    assert.deepEqual(
      entries.map(({ id: _, at: __, agent: ___, ...entry }) => entry),
      [
        { kind: 'sign-in', ...common, network: '192.0.2.7', details: { way: 'password', sessionId } },
        { kind: 'sign-out', ...common, network: '192.0.2.7', details: { sessionId } },
      ],
    )
  }))

test('who does not get in is recorded, whether there is such an account or not; nothing of what was typed is', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const typed = 'a password in the wrong field'
    const news = await newsOf(hub, async () => {
      const browser = openBrowser(hub.sessions, { address: '10.3.0.1' })
      await browser.post('/sign-in/username', { username: 'ADA', password: 'not the password' })
      await browser.post('/sign-in/email', { email: 'nobody@example.org', password: 'not the password' })
      await browser.post('/sign-in/username', { username: typed, password: 'not the password' })
      await hub.accounts.changeStatus('Ada', 'ban')
      await signIn(browser)
      await hub.sessions.close()
    })
    assert.deepEqual(news, [
      'sign-in-failed Ada {"way":"password","reason":"refused","times":1}',
      'sign-in-failed - {"way":"password","reason":"refused","times":1}',
      'status-changed Ada {"from":"active","to":"banned"}',
      'sign-in-failed Ada {"way":"password","reason":"banned","times":1}',
      'sign-in-failed - {"way":"password","reason":"refused","times":1}',
    ])
    await holdsNone(hub.database, [typed, 'not the password', 'nobody@example.org', password])
  }))

test('of many failures within a minute the first is an entry, and the others together are one', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const guess = (address: string) =>
      openBrowser(hub.sessions, { address }).post('/sign-in/username', { username: 'ada', password: 'a wrong one' })
    const news = await newsOf(hub, async () => {
      for (let count = 0; count < 5; count++) await guess('10.3.1.1')
      await guess('10.3.1.2')
      await hub.sessions.close()
    })
    const times = (count: number) => `sign-in-failed Ada {"way":"password","reason":"refused","times":${count}}`
    assert.deepEqual(news, [times(1), times(1), times(4)])
  }))

test('a second factor is recorded: set up, proved, failed, its backup codes, and taken away', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    let setUp: Awaited<ReturnType<typeof enable>> | undefined
    assert.deepEqual(
      await newsOf(hub, async () => {
        setUp = await enable(hub)
      }),
      [signedIn('password'), 'two-factor-enabled Ada {}'],
    )
    assert.ok(setUp)
    const { browser, secret, backupCodes } = setUp
    const news = await newsOf(hub, async () => {
      const second = openBrowser(hub.sessions, { address: '10.3.2.1' })
      await signIn(second)
      await second.post('/two-factor/verify-totp', { code: '000000' })
      await second.post('/two-factor/verify-totp', { code: totp(secret, 1) })
      const third = openBrowser(hub.sessions, { address: '10.3.2.2' })
      await signIn(third)
      await third.post('/two-factor/verify-backup-code', { code: backupCodes[0] })
      await browser.post('/two-factor/verify-totp', { code: totp(secret) }) // signed in already
      await browser.post('/two-factor/generate-backup-codes', { password })
      await browser.post('/two-factor/disable', { password: 'not the password' })
      await browser.post('/two-factor/disable', { password })
    })
    assert.deepEqual(news, [
      'sign-in-failed Ada {"way":"authenticator","reason":"refused","times":1}',
      signedIn('authenticator'),
      signedIn('backup code'),
      'backup-codes-made Ada {}',
      'two-factor-disabled Ada {}',
    ])
    await holdsNone(hub.database, [...backupCodes, password, 'not the password'])
  }))

test('passkeys are recorded: added, used, refused and removed', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const origin = 'http://localhost:3333'
    const browser = openBrowser(hub.sessions, { origin })
    const authenticator = makeAuthenticator()
    const news = await newsOf(hub, async () => {
      await signIn(browser)
      const added = await browser.post('/passkey/verify-registration', {
        response: authenticator.register({
          type: 'webauthn.create',
          origin,
          challenge: await challengeOf(browser, 'register'),
        }),
      })
      assert.equal(added.status, 200, await added.clone().text())
      for (const challenge of ['', 'another']) {
        const other = openBrowser(hub.sessions, { origin })
        const asked = await challengeOf(other, 'authenticate')
        await other.post('/passkey/verify-authentication', {
          response: authenticator.sign({ type: 'webauthn.get', origin, challenge: challenge || asked }),
        })
      }
      const { id } = (await added.json()) as { id: string }
      await openBrowser(hub.sessions, { origin }).post('/passkey/delete-passkey', { id })
      assert.equal((await browser.post('/passkey/delete-passkey', { id: String(id) })).status, 200)
    })
    assert.deepEqual(news, [
      signedIn('password'),
      'passkey-added Ada {"passkeyId":1}',
      signedIn('passkey'),
      'sign-in-failed Ada {"way":"passkey","reason":"refused","times":1}',
      'passkey-removed Ada {"passkeyId":1}',
    ])
    await holdsNone(hub.database, [authenticator.id])
  }))

test('sessions that are ended are recorded one by one, and a password that is changed', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const [browser, ...others] = ['10.4.0.1', '10.4.0.2', '10.4.0.3', '10.4.0.4'].map((address) =>
      openBrowser(hub.sessions, { address }),
    )
    assert.ok(browser)
    for (const each of [browser, ...others]) await signIn(each)
    const ended = (why: string) => `session-ended Ada {"sessionId":0,"why":"${why}"}`
    const news = await newsOf(hub, async () => {
      const list = (await (await browser.get('/list-sessions')).json()) as { token: string; ipAddress: string }[]
      const token = list.find(({ ipAddress }) => ipAddress === '10.4.0.4')?.token
      await browser.post('/revoke-session', { token })
      await browser.post('/revoke-session', { token: 'of no session' })
      await browser.post('/change-password', { currentPassword: 'wrong one', newPassword: 'another password' })
      await browser.post('/change-password', {
        currentPassword: password,
        newPassword: 'another password',
        revokeOtherSessions: true,
      })
      await browser.post('/revoke-other-sessions')
      await browser.post('/revoke-sessions')
    })
    assert.deepEqual(news, [
      ended('ended by its account'),
      ended('password changed'),
      ended('password changed'),
      'password-changed Ada {}',
      ended('ended by its account'),
    ])
    await holdsNone(hub.database, ['another password', password])
  }))

test('a provider is recorded: linked by signing in and by the account, an account made, refused, and unlinked', () => {
  const origin = 'http://hub.example:3333'
  return withProvider(origin, (provider) =>
    withHub(
      async (hub) => {
        const id = await hub.addAccount('Ada')
        await hub.database.kysely.updateTable('account').set({ email_verified: 1 }).where('id', '=', id).execute()
        const pass = async (browser: Browser, path = '/sign-in/social') => {
          const answer = await browser.post(path, { provider: 'oidc', callbackURL: '/models' })
          const { url } = (await answer.json()) as { url: string }
          await browser.get(await provider.signInAt(url))
        }
        const browser = openBrowser(hub.sessions, { origin })
        const linked = 'provider-linked Ada {"provider":"oidc"}'
        assert.deepEqual(await newsOf(hub, () => pass(browser)), [linked, signedIn('provider')])
        const unlink = async () => {
          const list = (await (await browser.get('/list-accounts')).json()) as { id: string; providerId: string }[]
          const accountId = list.find(({ providerId }) => providerId === 'oidc')?.id
          assert.equal((await browser.post('/unlink-account', { accountId })).status, 200)
        }
        assert.deepEqual(await newsOf(hub, unlink), ['provider-unlinked Ada {"provider":"oidc"}'])
        assert.deepEqual(await newsOf(hub, () => pass(browser, '/link-social')), [linked])
        assert.equal((await everything(hub.database)).at(-1)?.actor.account?.username, 'Ada')

        provider.claims = { sub: 'subject-2', email: 'bob@example.org', email_verified: true, name: 'Bob' }
        assert.deepEqual(await newsOf(hub, () => pass(openBrowser(hub.sessions, { origin }))), [
          'account-made bob {"how":"provider","role":"user"}',
          'provider-linked bob {"provider":"oidc"}',
          'sign-in bob {"way":"provider","sessionId":0}',
        ])
        await hub.accounts.changeStatus('bob', 'ban')
        provider.refuses = true
        assert.deepEqual(await newsOf(hub, () => pass(openBrowser(hub.sessions, { origin }))), [
          'sign-in-failed - {"way":"provider","reason":"refused","times":1}',
        ])
        provider.refuses = false
        assert.deepEqual(await newsOf(hub, () => pass(openBrowser(hub.sessions, { origin }))), [
          'sign-in-failed - {"way":"provider","reason":"banned","times":1}',
        ])
        await holdsNone(hub.database, [provider.clientSecret ?? '', 'bob@example.org'])
      },
      { signUp: 'open', provider },
    ),
  )
})
