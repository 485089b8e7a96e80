import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { password, startHub } from '../conformance/hub.ts'
import { openBrowser } from './browser.fixture.ts'

const hub = await startHub({ accounts: ['ada', 'grace'] })
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
