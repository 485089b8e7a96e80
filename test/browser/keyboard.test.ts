import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { password, startHub } from '../conformance/hub.ts'
import { openBrowser, valueBecomes } from './browser.fixture.ts'
import { keyboardOf } from './keyboard.fixture.ts'

const hub = await startHub({ accounts: ['ada', 'bob'] })
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
})

const statusOf = async (token: string) => (await hub.ask('/api/v1/me', { token })).status

test('a key is added, copied, rotated and revoked with the keyboard alone, and one always sees where one is', () =>
  browser.visit(
    async (page) => {
      const { press, type, goTo, isAt } = keyboardOf(page)
      const button = (name: string) => page.getByRole('button', { name, exact: true })
      const dialog = page.getByRole('dialog')
      const inDialog = (name: string) => dialog.getByRole('button', { name, exact: true })
      const isClosed = () => dialog.waitFor({ state: 'detached' })
      const secretOf = async () => (await page.getByTestId('secret').textContent()) ?? ''
      const copied = () => page.evaluate<string>('navigator.clipboard.readText()')
      const main = page.getByRole('main')
      const heading = main.getByRole('heading', { level: 1 })

      await page.goto('/models')
      await page.getByRole('article').first().waitFor()
      await press('Tab')
      await isAt(page.getByRole('link', { name: 'Skip to content' }))
      await press('Enter')
      await isAt(heading)
      await goTo(page.getByRole('banner').getByRole('link', { name: 'Sign in' }), 'Shift+Tab')
      await press('Enter')
      await page.waitForURL('**/login?*')
      await goTo(page.getByLabel('Username or e-mail address'))
      await type('ada')
      await goTo(page.getByRole('textbox', { name: 'Password' }))
      await type(password)
      await goTo(main.getByRole('button', { name: 'Sign in', exact: true }))
      await press('Space')
      await page.waitForURL('**/models')
      await isAt(heading)

      const account = button('Account of ada')
      await goTo(account, 'Shift+Tab')
      await press('Enter')
      await page.getByRole('menu').waitFor()
      await press('Escape')
      await isAt(account)
      await press('Space')
      await goTo(page.getByRole('menuitem', { name: 'Account settings' }), 'ArrowDown')
      await press('Enter')
      await page.waitForURL('**/user/account')
      await page.getByRole('menu').waitFor({ state: 'detached' })
      await goTo(page.getByRole('tab', { name: 'Profile' }))
      await press('ArrowRight')
      await isAt(page.getByRole('tab', { name: 'API keys' }))

      const add = button('Add API key')
      await goTo(add)
      await press('Enter')
      await isAt(dialog.getByLabel('Name'))
      await goTo(inDialog('Add key'))
      // From the last thing of a dialog to its first, and back.
      await press('Tab')
      await isAt(inDialog('Close'))
      await press('Shift+Tab')
      await isAt(inDialog('Add key'))
      await press('Escape')
      await isClosed()
      await isAt(add)
      await press('Space')
      await isAt(dialog.getByLabel('Name'))
      await type('by keyboard')
      for (const checked of ['Bearer', 'Read only']) {
        await goTo(dialog.getByRole('radio', { name: checked }))
        await press('ArrowDown')
        await press('ArrowUp')
      }
      await goTo(inDialog('Add key'))
      await press('Space')
      await isAt(inDialog('Copy the key'))
      const first = await secretOf()
      await press('Enter')
      await inDialog('Copy the key').getByText('Copied').waitFor()
      assert.equal(await copied(), first)
      await goTo(dialog.getByRole('tab', { name: 'curl' }))
      await press('ArrowRight')
      await goTo(inDialog('Done'))
      await press('Space')
      await isClosed()
      await isAt(add)
      assert.equal(await statusOf(first), 200)

      const why = button('Why was I refused: by keyboard')
      await goTo(why)
      await press('Enter')
      await isAt(inDialog('Close'))
      await press('Escape')
      await isClosed()
      await isAt(why)

      const rotate = button('Rotate by keyboard')
      await goTo(rotate)
      await press('Enter')
      const overlap = dialog.getByLabel('Overlap', { exact: true })
      await isAt(overlap)
      await press('ArrowUp')
      await valueBecomes(overlap, '2')
      await goTo(inDialog('Rotate'))
      await press('Enter')
      await isAt(inDialog('Copy the key'))
      const second = await secretOf()
      await press('Space')
      await inDialog('Copy the key').getByText('Copied').waitFor()
      assert.equal(await copied(), second)
      await press('Escape')
      await isClosed()
      await isAt(rotate)
      assert.deepEqual([await statusOf(first), await statusOf(second)], [200, 200])

      const revoke = button('Revoke by keyboard')
      await goTo(revoke)
      await press('Enter')
      await isAt(inDialog('Cancel'))
      await press('Enter')
      await isClosed()
      await isAt(revoke)
      await press('Space')
      await isAt(inDialog('Cancel'))
      await press('Tab')
      await isAt(inDialog('Revoke'))
      await press('Enter')
      await isClosed()
      await isAt(page.getByText('Ended keys (1)'))
      await press('Enter')
      await goTo(why)
      assert.deepEqual([await statusOf(first), await statusOf(second)], [401, 401])
    },
    { permissions: ['clipboard-read', 'clipboard-write'] },
  ))

test('who dismisses warnings is at the name of the key, or where an ended key goes out of sight', () =>
  browser.visit(
    async (page) => {
      const { press, goTo, isAt } = keyboardOf(page)
      await hub.createToken('bob', '--name', 'seen')
      hub.change(
        "insert into token_warning (token_id, kind, network, agent, place, at) values (?, 'found', '', '', 'a note', ?)",
        await hub.tokenId('bob', 'seen'),
        Date.now(),
      )
      const lost = await hub.createToken('bob', '--name', 'lost')
      await hub.ask('/api/v1/tokens/revoke', { method: 'POST', json: { tokens: [lost] } })
      await page.goto('/user/account?tab=api-keys')
      await goTo(page.getByRole('button', { name: 'Dismiss the warnings of seen' }))
      await press('Enter')
      await isAt(page.getByRole('heading', { name: 'seen' }))
      await goTo(page.getByRole('button', { name: 'Dismiss the warnings of lost' }))
      await press('Enter')
      await isAt(page.getByText('Ended keys (1)'))
    },
    { username: 'bob' },
  ))

test('what fails leaves the focus on the button that is pressed again', () =>
  browser.visit(
    async (page) => {
      const { press, type, goTo, isAt } = keyboardOf(page)
      await page.goto('/user/account?tab=api-keys')
      const add = page.getByRole('button', { name: 'Add API key' })
      await add.waitFor()
      await goTo(add)
      await press('Enter')
      const dialog = page.getByRole('dialog')
      await isAt(dialog.getByLabel('Name'))
      await type('tried twice')
      const send = dialog.getByRole('button', { name: 'Add key' })
      await goTo(send)
      await page.context().setOffline(true)
      await press('Space')
      await dialog.getByRole('alert').waitFor()
      await isAt(send)
      await page.context().setOffline(false)
      await press('Space')
      await isAt(dialog.getByRole('button', { name: 'Copy the key', exact: true }))
    },
    { username: 'ada', expectedErrors: /ERR_INTERNET_DISCONNECTED/ },
  ))
