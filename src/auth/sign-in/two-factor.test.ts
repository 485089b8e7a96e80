import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openBrowser } from '../browser.fixture.ts'
import { password, type TemporaryHub, withHub } from '../hub.fixture.ts'
import { openServerSecret } from '../server-secret.ts'
import { enable, totp } from './second-factor.fixture.ts'
import { openSessions } from './sessions.ts'

/* Second factors: an authenticator app (TOTP, RFC 6238) and backup codes. */

test('a second factor is asked for after the password, once it was confirmed', () =>
  withHub(async (hub) => {
    const id = await hub.addAccount('Ada')
    const { secret } = await enable(hub)
    const browser = openBrowser(hub.sessions, { address: '10.1.0.2' })
    const asked = await browser.post('/sign-in/username', { username: 'ada', password })
    assert.deepEqual(await asked.json(), { twoFactorRedirect: true, twoFactorMethods: ['totp'] })
    assert.equal(await hub.sessions.principalOf(browser.cookie()), undefined)

    const wrong = await browser.post('/two-factor/verify-totp', { code: '000000' })
    assert.equal(wrong.status, 401)
    assert.equal(await hub.sessions.principalOf(browser.cookie()), undefined)
    assert.equal((await browser.post('/two-factor/verify-totp', { code: totp(secret, 1) })).status, 200)
    assert.equal((await hub.sessions.principalOf(browser.cookie()))?.accountId, id)
  }))

test('a backup code signs in once', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const { backupCodes } = await enable(hub)
    const signIn = async () => {
      const browser = openBrowser(hub.sessions, { address: '10.1.0.3' })
      await browser.post('/sign-in/username', { username: 'ada', password })
      return (await browser.post('/two-factor/verify-backup-code', { code: backupCodes[0] })).status
    }
    assert.equal(backupCodes.length, 10)
    assert.deepEqual([await signIn(), await signIn()], [200, 401])
  }))

/** Gives the answers to codes, each from a browser that has given the password before the first code is sent. */
async function sendAtOnce(hub: TemporaryHub, path: string, codes: (string | undefined)[]): Promise<number[]> {
  const browsers = codes.map((_, place) => openBrowser(hub.sessions, { address: `10.1.4.${place}` }))
  for (const browser of browsers) await browser.post('/sign-in/username', { username: 'ada', password })
  const answers = await Promise.all(browsers.map((browser, place) => browser.post(path, { code: codes[place] })))
  const isIn = await Promise.all(browsers.map((browser) => hub.sessions.principalOf(browser.cookie())))
  assert.equal(isIn.filter(Boolean).length, answers.filter(({ status }) => status === 200).length)
  return answers.map(({ status }) => status).sort()
}

test('a code of an authenticator works once, in whatever browser, and so for the one it was set up with', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const { secret, browser, enabledBy } = await enable(hub)
    const path = '/two-factor/verify-totp'
    assert.equal((await browser.post(path, { code: enabledBy })).status, 401)
    assert.deepEqual(await sendAtOnce(hub, path, [enabledBy]), [401])
    const code = totp(secret, 1)
    assert.deepEqual(await sendAtOnce(hub, path, [code]), [200])
    assert.deepEqual(await sendAtOnce(hub, path, [code]), [401])
    // An older one that was never used: it was seen before the one that was.
    assert.deepEqual(await sendAtOnce(hub, path, [totp(secret, -1)]), [401])
  }))

test('of codes that come at once one works, of an authenticator as well as backup codes', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const { secret, backupCodes } = await enable(hub)
    const code = totp(secret, 1)
    const answers = await sendAtOnce(hub, '/two-factor/verify-totp', [code, code, code, code])
    assert.deepEqual(answers, [200, 401, 401, 401])
    const [one] = backupCodes
    const [first, ...others] = await sendAtOnce(hub, '/two-factor/verify-backup-code', [one, one, one, one])
    assert.equal(first, 200)
    assert.ok(
      others.every((status) => status === 401 || status === 409),
      `${others}`,
    )
  }))

test('a used code counts as a wrong one', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const { enabledBy } = await enable(hub)
    await sendAtOnce(hub, '/two-factor/verify-totp', [enabledBy])
    const { failed_verification_count: failures } = await hub.database.kysely
      .selectFrom('two_factor')
      .select('failed_verification_count')
      .executeTakeFirstOrThrow()
    assert.equal(failures, 1)
  }))

test('neither the secret nor a backup code lies readable in the database', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const { secret, backupCodes } = await enable(hub)
    const [row, ...others] = await hub.database.kysely.selectFrom('two_factor').selectAll().execute()
    assert.ok(row)
    assert.deepEqual(others, [])
    for (const readable of [secret.toString(), ...backupCodes])
      assert.ok(!JSON.stringify(row).includes(readable), 'readable')
  }))

test('with a new server secret no code proves a second factor, and whoever is in by another way turns it off', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const { secret, backupCodes } = await enable(hub)
    await rm(join(hub.directory, 'secret.key'))
    const serverSecret = await openServerSecret(hub.directory)
    const { database } = hub
    const sessions = openSessions({ database, serverSecret, trustedOrigins: [], onError: console.error })
    const browser = openBrowser(sessions, { address: '10.1.5.1' })
    await browser.post('/sign-in/username', { username: 'ada', password })
    for (const [way, code] of [
      ['totp', totp(secret, 1)],
      ['backup-code', backupCodes[0]],
    ])
      await assert.rejects(browser.post(`/two-factor/verify-${way}`, { code }))
    assert.equal(await sessions.principalOf(browser.cookie()), undefined)

    // As a passkey or a provider does, which ask for no second factor.
    await database.kysely.updateTable('account').set({ two_factor_enabled: 0 }).execute()
    await browser.post('/sign-in/username', { username: 'ada', password })
    await database.kysely.updateTable('account').set({ two_factor_enabled: 1 }).execute()
    assert.equal((await browser.post('/two-factor/disable', { password })).status, 200)
    const other = openBrowser(sessions, { address: '10.1.5.2' })
    await other.post('/sign-in/username', { username: 'ada', password })
    assert.ok(await sessions.principalOf(other.cookie()))
  }))

test('a ban holds between the password and the second factor', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const { secret } = await enable(hub)
    const browser = openBrowser(hub.sessions, { address: '10.1.0.4' })
    await browser.post('/sign-in/username', { username: 'ada', password })
    await hub.accounts.changeStatus('Ada', 'ban')
    assert.equal((await browser.post('/two-factor/verify-totp', { code: totp(secret, 1) })).status, 403)
    assert.equal(await hub.sessions.principalOf(browser.cookie()), undefined)
  }))

test('codes are not guessed: after some wrong ones the account takes none for a while', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const { secret } = await enable(hub)
    const statuses: number[] = []
    for (let round = 0; round < 4; round++) {
      const browser = openBrowser(hub.sessions, { address: `10.1.1.${round}` })
      await browser.post('/sign-in/username', { username: 'ada', password })
      for (const code of ['000000', '111111', '222222'])
        statuses.push((await browser.post('/two-factor/verify-totp', { code })).status)
    }
    assert.ok(statuses.includes(429), `statuses were ${statuses}`)
    const browser = openBrowser(hub.sessions, { address: '10.1.2.1' })
    await browser.post('/sign-in/username', { username: 'ada', password })
    assert.equal((await browser.post('/two-factor/verify-totp', { code: totp(secret, 1) })).status, 429)
  }))

test('without the password a second factor is neither set up nor taken away', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const { browser } = await enable(hub)
    assert.equal((await browser.post('/two-factor/disable', { password: 'not the password' })).status, 400)
    assert.equal((await browser.post('/two-factor/disable', { password })).status, 200)
    assert.equal((await browser.post('/two-factor/enable', { password: 'not the password' })).status, 400)
  }))
