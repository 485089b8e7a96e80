import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hubItself } from '../../audit/actor-context.ts'
import { oneTimeSecrets } from '../accounts/one-time-secret.ts'
import { openPasswordResets } from '../accounts/password-resets.ts'
import { type Browser, openBrowser } from '../browser.fixture.ts'
import { password, type TemporaryHub, withHub } from '../hub.fixture.ts'
import { enable, secretOf, totp } from './second-factor.fixture.ts'

/* What an earlier password check is still good for, and the changes that end it. */

const newPassword = 'another horse battery'

interface Situation {
  hub: TemporaryHub
  accountId: number
  /** Signed in, with the second factor on. */
  browser: Browser
  backupCodes: string[]
}

/** Each change with the password that the account has after it, and its backup codes. */
const changes: Record<string, (situation: Situation) => Promise<{ password: string; codes: string[] }>> = {
  'changing the password': async ({ browser, backupCodes }) => {
    const changed = await browser.post('/change-password', { currentPassword: password, newPassword })
    assert.equal(changed.status, 200)
    return { password: newPassword, codes: backupCodes }
  },
  'changing the password and ending other sessions': async ({ browser, backupCodes }) => {
    const body = { currentPassword: password, newPassword, revokeOtherSessions: true }
    assert.equal((await browser.post('/change-password', body)).status, 200)
    return { password: newPassword, codes: backupCodes }
  },
  'a password reset': async ({ hub: { database, serverSecret, clock }, accountId, backupCodes }) => {
    const secrets = oneTimeSecrets(serverSecret, 'password reset')
    const resets = openPasswordResets({ database, secrets, now: () => clock.now })
    const link = await resets.create(accountId, hubItself)
    assert.ok(link)
    await resets.complete(link.text, newPassword, hubItself)
    return { password: newPassword, codes: backupCodes }
  },
  'turning the second factor off and on': async ({ browser }) => {
    assert.equal((await browser.post('/two-factor/disable', { password })).status, 200)
    const enabled = await browser.post('/two-factor/enable', { password })
    const { totpURI, backupCodes } = (await enabled.json()) as { totpURI: string; backupCodes: string[] }
    const secret = secretOf(totpURI)
    assert.equal((await browser.post('/two-factor/verify-totp', { code: totp(secret) })).status, 200)
    return { password, codes: backupCodes }
  },
}

const needsCode = async (answer: Response): Promise<boolean> =>
  ((await answer.json()) as { twoFactorRedirect?: boolean }).twoFactorRedirect === true

for (const [name, change] of Object.entries(changes)) {
  test(`${name} ends sign-ins that wait for a code, and browsers that are not asked for one`, () =>
    withHub(async (hub) => {
      const accountId = await hub.addAccount('Ada')
      const { browser, backupCodes } = await enable(hub)
      const trusted = openBrowser(hub.sessions, { address: '10.1.6.1' })
      await trusted.post('/sign-in/username', { username: 'ada', password })
      const given = await trusted.post('/two-factor/verify-backup-code', { code: backupCodes[0], trustDevice: true })
      assert.equal(given.status, 200)
      assert.equal(await needsCode(await trusted.post('/sign-in/username', { username: 'ada', password })), false)
      const waiting = openBrowser(hub.sessions, { address: '10.1.6.2' })
      assert.ok(await needsCode(await waiting.post('/sign-in/username', { username: 'ada', password })))

      const after = await change({ hub, accountId, browser, backupCodes })
      const late = await waiting.post('/two-factor/verify-backup-code', { code: after.codes[1] })
      assert.equal(late.status, 401)
      assert.equal(await hub.sessions.principalOf(waiting.cookie()), undefined)
      const asked = await trusted.post('/sign-in/username', { username: 'ada', password: after.password })
      assert.equal(asked.status, 200)
      assert.ok(await needsCode(asked), 'the browser is not asked for a code')
    }))
}

test('a wrong password and the changes of other accounts end nothing', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const { backupCodes, browser } = await enable(hub)
    await hub.addAccount('Eve')
    const waiting = openBrowser(hub.sessions, { address: '10.1.6.2' })
    assert.ok(await needsCode(await waiting.post('/sign-in/username', { username: 'ada', password })))
    const eve = openBrowser(hub.sessions, { address: '10.1.6.3' })
    await eve.post('/sign-in/username', { username: 'eve', password })
    assert.equal((await eve.post('/change-password', { currentPassword: password, newPassword })).status, 200)
    const wrong = await browser.post('/change-password', { currentPassword: 'not the password', newPassword })
    assert.equal(wrong.status, 400)
    assert.equal((await waiting.post('/two-factor/verify-backup-code', { code: backupCodes[0] })).status, 200)
  }))
