import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entriesRecordedSince, holdsNone, lastId } from '../../audit/audit.fixture.ts'
import { type Browser, openBrowser } from '../browser.fixture.ts'
import { password, type TemporaryHub, withHub } from '../hub.fixture.ts'
import { withProvider } from '../sign-in/oidc-provider.fixture.ts'

const origin = 'http://hub.example:3333'

/** With somebody who is signed in, and whom no password signs in. */
const withNewcomer = (run: (hub: TemporaryHub, browser: Browser, accountId: number) => Promise<void>) =>
  withProvider(origin, (provider) =>
    withHub(
      async (hub) => {
        await hub.addAccount('owner')
        Object.assign(provider.claims, { email: 'grace@studio.example', preferred_username: 'grace' })
        const browser = openBrowser(hub.sessions, { origin })
        const answer = await browser.post('/sign-in/social', { provider: 'oidc', callbackURL: '/models' })
        const { url } = (await answer.json()) as { url: string }
        await browser.get(await provider.signInAt(url))
        const principal = await hub.sessions.principalOf(browser.cookie())
        assert.ok(principal)
        await run(hub, browser, principal.accountId)
      },
      { signUp: 'open', provider },
    ),
  )

const signInAs = async (hub: TemporaryHub, username: string, given = password) => {
  const browser = openBrowser(hub.sessions, { origin })
  await browser.post('/sign-in/username', { username, password: given })
  return { browser, accountId: (await hub.sessions.principalOf(browser.cookie()))?.accountId }
}

const refusal = async (answering: Promise<Response>) => {
  const answer = await answering
  return [answer.status, ((await answer.json()) as { code?: string }).code]
}

test('who came by a provider sets a password once, and it signs them in; later it is changed with itself alone', () =>
  withNewcomer(async (hub, browser, id) => {
    assert.equal((await signInAs(hub, 'grace')).accountId, undefined)
    const before = await lastId(hub.database)
    assert.equal((await browser.post('/set-password', { newPassword: password })).status, 200)
    assert.deepEqual(await entriesRecordedSince(hub.database, before), ['password-set grace {}'])
    assert.equal((await signInAs(hub, 'grace')).accountId, id)
    assert.equal((await hub.sessions.principalOf(browser.cookie()))?.accountId, id)

    const other = 'another horse battery'
    const again = browser.post('/set-password', { newPassword: other })
    assert.deepEqual(await refusal(again), [400, 'PASSWORD_ALREADY_SET'])
    await holdsNone(hub.database, [password, other])
    assert.equal((await signInAs(hub, 'grace', other)).accountId, undefined)
    const change = { currentPassword: password, newPassword: other }
    assert.equal((await browser.post('/change-password', change)).status, 200)
    assert.equal((await signInAs(hub, 'grace', other)).accountId, id)
  }))

test('a first password is none that everybody tries first', () =>
  withNewcomer(async (hub, browser) => {
    for (const newPassword of ['qwertyuiop', 'grace@studio.example'])
      assert.deepEqual(await refusal(browser.post('/set-password', { newPassword })), [400, 'PASSWORD_NOT_ALLOWED'])
    assert.equal((await signInAs(hub, 'grace', 'qwertyuiop')).accountId, undefined)
  }))

test('a first password is as long as any', () =>
  withNewcomer(async (_, browser) => {
    for (const [newPassword, code] of [
      ['1234567', 'PASSWORD_NOT_ALLOWED'],
      ['x'.repeat(129), 'PASSWORD_NOT_ALLOWED'],
    ])
      assert.deepEqual(await refusal(browser.post('/set-password', { newPassword })), [400, code])
    assert.equal((await browser.post('/set-password', {})).status, 400)
    assert.equal((await browser.post('/set-password', { newPassword: 'x'.repeat(128) })).status, 200)
  }))

test('a session that began a day ago sets no first password, nor does nobody or a page of another site', () =>
  withNewcomer(async (hub, browser, id) => {
    const sessions = hub.database.kysely.updateTable('session').where('user_id', '=', id)
    const began = (ago: number) => sessions.set({ created_at: new Date(Date.now() - ago).toISOString() }).execute()
    const set = () => browser.post('/set-password', { newPassword: password })
    await began(86_400_000)
    assert.deepEqual(await refusal(set()), [403, 'SESSION_NOT_FRESH'])

    await began(86_000_000)
    const nobody = openBrowser(hub.sessions, { origin })
    assert.equal((await nobody.post('/set-password', { newPassword: password })).status, 401)
    const foreign = new Request(`${origin}/api/auth/set-password`, {
      method: 'POST',
      headers: { origin: 'https://evil.example', cookie: browser.cookie(), 'content-type': 'application/json' },
      body: JSON.stringify({ newPassword: password }),
    })
    assert.equal((await hub.sessions.handler(foreign, '10.0.0.1')).status, 403)
    assert.equal((await signInAs(hub, 'grace')).accountId, undefined)

    assert.equal((await set()).status, 200)
  }))

test('a banned account sets none', () =>
  withNewcomer(async (hub, browser) => {
    await hub.accounts.changeStatus('grace', 'ban')
    assert.equal((await browser.post('/set-password', { newPassword: password })).status, 401)
  }))
