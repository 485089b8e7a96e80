import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { password, startHub } from '../conformance/hub.ts'
import { openBrowser, valueBecomes } from './browser.fixture.ts'

const hub = await startHub({ accounts: ['ada'] })
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
})

test('a person signs in, goes on to what they came for, and signs out', () =>
  browser.visit(async (page) => {
    await page.goto('/login?returnUrl=/models%3Fquery%3Dtidal')
    await page.getByLabel('Username or e-mail address').fill('ada')
    await page.getByRole('textbox', { name: 'Password' }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/models?query=tidal')
    await page.getByRole('button', { name: 'Account of ada' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL('**/login')
    assert.equal((await page.request.get('/api/v1/me')).status(), 401)
  }))

test('a wrong password is told, and what was typed stays', () =>
  browser.visit(
    async (page) => {
      await page.goto('/login')
      await page.getByLabel('Username or e-mail address').fill('ada')
      await page.getByRole('textbox', { name: 'Password' }).fill('not this one at all')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page
        .getByRole('alert')
        .getByText(/password/i)
        .waitFor()
      await valueBecomes(page.getByLabel('Username or e-mail address'), 'ada')
    },
    { expectedErrors: /401/ },
  ))
