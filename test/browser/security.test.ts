import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { password, startHub } from '../conformance/hub.ts'
import { countBecomes, openBrowser } from './browser.fixture.ts'
import { givePassword, signOut } from './signing-in.fixture.ts'
import { totp } from './totp.ts'

const hub = await startHub({ accounts: ['ada', 'grace', 'linus'] })
/** The hub under its name: browsers have no passkeys at an address of numbers. */
const named = hub.origin.replace('127.0.0.1', 'localhost')
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
})

test('signing out everywhere ends the sessions of other browsers, and this one', () =>
  browser.visit(
    (page) =>
      browser.visit(
        async (other) => {
          await page.goto('/user/account?tab=sessions')
          await page.getByText('This session').waitFor()
          await countBecomes(page.getByRole('listitem').filter({ hasText: 'Chrome on Linux' }), 2)
          assert.equal((await other.request.get('/api/v1/me')).status(), 200)
          await page.getByRole('button', { name: 'Sign out everywhere', exact: true }).click()
          const dialog = page.getByRole('dialog')
          await dialog.getByText('this one too').waitFor()
          await dialog.getByRole('button', { name: 'Sign out everywhere' }).click()
          await page.waitForURL('**/login')
          assert.equal((await other.request.get('/api/v1/me')).status(), 401)
          assert.equal((await page.request.get('/api/v1/me')).status(), 401)
        },
        { username: 'ada' },
      ),
    { username: 'ada' },
  ))

test('one session is ended from another, which goes on', () =>
  browser.visit(
    (page) =>
      browser.visit(
        async (other) => {
          await page.goto('/user/account?tab=sessions')
          await page.getByRole('button', { name: /^Sign out (?!everywhere)/ }).click()
          await page.getByRole('button', { name: /^Sign out (?!everywhere)/ }).waitFor({ state: 'detached' })
          assert.equal((await other.request.get('/api/v1/me')).status(), 401)
          assert.equal((await page.request.get('/api/v1/me')).status(), 200)
        },
        { username: 'grace' },
      ),
    { username: 'grace' },
  ))

test('who is not signed in is led to the sign-in page and back to their settings', () =>
  browser.visit(async (page) => {
    await page.goto('/user/account?tab=sessions')
    await page.getByRole('alert').getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Username or e-mail address').fill('grace')
    await page.getByRole('textbox', { name: 'Password' }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/user/account?tab=sessions')
    await page.getByText('This session').waitFor()
  }))

test('a passkey is added under a name, and signs in: by the button, and where the name is typed', () =>
  browser.visit(
    async (page) => {
      const simulatePresence = await addAuthenticator(page)
      await page.goto('/user/account?tab=security')
      await page.getByLabel('Name of the new passkey').fill('Test laptop')
      await page.getByRole('button', { name: 'Add a passkey' }).click()
      await page.getByRole('button', { name: 'Remove Test laptop' }).waitFor()

      await simulatePresence(false)
      await signOut(page)
      // The button's own challenge replaces the one that waits for the name to be typed.
      const challenged = page.waitForResponse('**/passkey/generate-authenticate-options*')
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
      await (await challenged).finished()
      await simulatePresence(true)
      await page.waitForURL('**/models')
      assert.equal((await page.request.get('/api/v1/me')).status(), 200)

      await signOut(page)
      await page.waitForURL('**/models')

      await page.goto('/user/account?tab=security')
      await page.getByRole('button', { name: 'Rename Test laptop' }).click()
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Another name')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('button', { name: 'Remove Another name' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
      await page.getByRole('button', { name: 'Remove Another name' }).waitFor({ state: 'detached' })
    },
    { username: 'grace', baseURL: named },
  ))

test('a second factor is turned on with a code, asked for after the password, and turned off', () =>
  browser.visit(
    async (page) => {
      await page.goto('/user/account?tab=security')
      await page.getByRole('button', { name: 'Turn on' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox', { name: 'Your password' }).fill(password)
      await dialog.getByRole('button', { name: 'Continue' }).click()
      await dialog.getByRole('img', { name: /scan/ }).waitFor()
      const secret = (await dialog.getByLabel('Secret', { exact: true }).textContent()) ?? ''
      await dialog.getByLabel('Code from the app').fill(totp(secret))
      await dialog.getByRole('button', { name: 'Turn on' }).click()
      const list = dialog.getByRole('list', { name: 'Backup codes' })
      await list.waitFor()
      const codes = await list.getByRole('listitem').allTextContents()
      assert.ok(codes.length >= 8)
      await dialog.getByRole('button', { name: 'I have kept them' }).click()
      await page.getByRole('button', { name: 'Turn off' }).waitFor()
      // It leaves with a movement.
      await dialog.waitFor({ state: 'detached' })
      for (const shown of [secret, ...codes]) assert.ok(!(await page.content()).includes(shown), 'shown once')

      await signOut(page)
      await givePassword(page, 'linus')
      await page.getByRole('textbox', { name: 'Code', exact: true }).fill('000000')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('alert').getByText('This code is not right').waitFor()
      assert.equal((await page.request.get('/api/v1/me')).status(), 401)
      await page.getByRole('textbox', { name: 'Code', exact: true }).fill(totp(secret, Date.now() + 30_000))
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.waitForURL('**/models')

      await signOut(page)
      await givePassword(page, 'linus')
      await page.getByRole('button', { name: 'Use a backup code instead' }).click()
      await page.getByLabel('Backup code').fill(codes[0] ?? '')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.waitForURL('**/models')

      await page.goto('/user/account?tab=security')
      await page.getByRole('button', { name: 'Turn off' }).click()
      await dialog.getByRole('textbox', { name: 'Your password' }).fill(password)
      await dialog.getByRole('button', { name: 'Turn off' }).click()
      await page.getByRole('button', { name: 'Turn on' }).waitFor()
    },
    { username: 'linus', expectedErrors: /400|401/ },
  ))

test('a changed password is the one that signs in', () =>
  browser.visit(
    async (page) => {
      await page.goto('/user/account?tab=security')
      await page.getByRole('textbox', { name: 'Current password' }).fill(password)
      await page.getByRole('textbox', { name: 'New password' }).fill('yet another horse')
      await page.getByRole('button', { name: 'Change the password' }).click()
      await page.getByText('Your password is changed.').waitFor()
      await signOut(page)
      await givePassword(page, 'grace', 'yet another horse')
      await page.waitForURL('**/models')
    },
    { username: 'grace' },
  ))

/** Gives the browser a device that holds passkeys. @returns switches whether it agrees to whatever it is asked */
async function addAuthenticator(page: Page): Promise<(agrees: boolean) => Promise<void>> {
  const client = await page.context().newCDPSession(page)
  await client.send('WebAuthn.enable')
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return async (enabled) => {
    await client.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
  }
}
