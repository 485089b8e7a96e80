import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { password, startHub } from '../conformance/hub.ts'
import { assertAccessible, assertFits } from './axe.fixture.ts'
import { desktop, openBrowser, phone } from './browser.fixture.ts'
import { signOut } from './signing-in.fixture.ts'

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
          assert.equal(await page.getByRole('listitem').filter({ hasText: 'Chrome on Linux' }).count(), 2)
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
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
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

for (const [name, options] of Object.entries({
  'in light colours': { colorScheme: 'light', viewport: desktop },
  'in dark colours': { colorScheme: 'dark', viewport: desktop },
  'on a phone': { colorScheme: 'light', viewport: phone },
} as const))
  test(`the settings of an account keep nobody out, ${name}`, () =>
    browser.visit(
      async (page) => {
        for (const [path, sign] of [
          ['/user/account?tab=security', 'Name of the new passkey'],
          ['/user/account?tab=sessions', 'This session'],
        ] as const) {
          await page.goto(path)
          await page.getByText(sign).waitFor()
          await assertAccessible(page)
          await assertFits(page)
        }
      },
      { username: 'linus', baseURL: named, ...options },
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
