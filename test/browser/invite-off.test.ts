import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startHub } from '../conformance/hub.ts'
import { openBrowser } from './browser.fixture.ts'

/* A hub on which nobody can sign up, which is how a hub starts. */

const hub = await startHub({ accounts: ['ada'] })
hub.change("UPDATE account SET role = 'owner' WHERE username = 'ada'")
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
})

test('while sign-up is off, "Invite" explains how to allow it instead of offering a form that is refused', () =>
  browser.visit(
    async (page) => {
      const sent: string[] = []
      page.on('request', (request) => {
        if (request.method() !== 'GET') sent.push(request.url())
      })
      await page.goto('/owner/accounts')
      await page.getByRole('button', { name: 'Invite' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('--sign-up invitation').waitFor()
      assert.equal(await dialog.getByRole('textbox').count(), 0)
      assert.equal(await dialog.getByRole('button', { name: 'Make the link' }).count(), 0)
      await dialog.getByText(/modelkeep user add/).waitFor()
      await dialog.getByRole('button', { name: 'Close' }).last().click()
      await dialog.waitFor({ state: 'hidden' })
      assert.deepEqual(sent, [])
    },
    { username: 'ada' },
  ))
