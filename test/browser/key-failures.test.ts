import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startHub } from '../conformance/hub.ts'
import { assertAccessible } from './axe.fixture.ts'
import { countBecomes, openBrowser, valueBecomes } from './browser.fixture.ts'
import { givePassword } from './signing-in.fixture.ts'

const hub = await startHub({ accounts: ['ada'] })
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
})

const statusOf = async (token: string) => (await hub.ask('/api/v1/me', { token })).status
const dialogOf = (page: Page) => page.getByRole('dialog')
const press = (page: Page, name: string) => dialogOf(page).getByRole('button', { name, exact: true }).click()
const secretOf = async (page: Page) => (await page.getByTestId('secret').textContent()) ?? ''

interface Failure {
  what: string
  /** What the dialog says of it. */
  words: RegExp
  begin(page: Page): Promise<void>
  end(page: Page): Promise<void>
}

const failures: Failure[] = [
  {
    what: 'the hub is gone',
    words:
      /^No answer.*The hub does not answer\. Is it running, and are you connected\?.*Nothing that you typed is lost/s,
    begin: (page) => page.context().setOffline(true),
    end: (page) => page.context().setOffline(false),
  },
  {
    what: 'the hub fails',
    words: /^The hub has failed.*\(request .+\).*Nothing that you typed is lost/s,
    async begin() {
      for (const [name, change] of [
        ['no_new_secret', 'insert on token_secret'],
        ['no_other_token', 'update on token'],
      ])
        hub.change(`create trigger ${name} before ${change} begin select raise(abort, 'out of order'); end`)
    },
    async end() {
      for (const name of ['no_new_secret', 'no_other_token']) hub.change(`drop trigger ${name}`)
    },
  },
  {
    what: 'the session has ended',
    words: /^Your session has ended.*Nothing was changed, and nothing that you typed is lost/s,
    async begin() {
      hub.change('delete from session')
    },
    async end(page) {
      const opening = page.waitForEvent('popup')
      await dialogOf(page).getByRole('link', { name: 'Sign in in another tab' }).click()
      const tab = await opening
      await givePassword(tab, 'ada')
      await tab.waitForURL('**/models')
      await tab.close()
    },
  },
]

for (const { what, words, begin, end } of failures) {
  /** Presses `action` while the hub fails: the dialog says so and stays; once that is over, pressing it again works. */
  const insist = async (page: Page, action: string, assertKept: () => Promise<void>) => {
    await begin(page)
    await press(page, action)
    const alert = dialogOf(page).getByRole('alert')
    await alert.waitFor()
    assert.match((await alert.textContent()) ?? '', words)
    await assertKept()
    await assertAccessible(page)
    await end(page)
    await press(page, action)
  }
  const visit = (use: (page: Page) => Promise<void>) =>
    browser.visit(
      async (page) => {
        await page.goto('/user/account?tab=api-keys')
        await page.getByRole('button', { name: 'Add API key' }).waitFor()
        await use(page)
        await page.getByRole('button', { name: 'Account of ada' }).waitFor()
        assert.equal(await page.getByText('Sign in first').count(), 0)
      },
      { username: 'ada', expectedErrors: /401|500|ERR_INTERNET_DISCONNECTED/ },
    )

  test(`${what} while a key is added`, () =>
    visit(async (page) => {
      const name = `added although ${what}`
      await page.getByRole('button', { name: 'Add API key' }).click()
      const dialog = dialogOf(page)
      await dialog.getByLabel('Name').fill(name)
      await dialog.getByRole('radio', { name: 'Creator' }).check()
      await dialog.getByLabel('Expires').selectOption('30')
      await dialog.getByLabel('Networks').fill('127.0.0.0/8')
      await insist(page, 'Add key', async () => {
        await valueBecomes(dialog.getByLabel('Name'), name)
        assert.ok(await dialog.getByRole('radio', { name: 'Creator' }).isChecked())
        await valueBecomes(dialog.getByLabel('Expires'), '30')
        await valueBecomes(dialog.getByLabel('Networks'), '127.0.0.0/8')
      })
      assert.equal(await statusOf(await secretOf(page)), 200)
      await press(page, 'Done')
      await countBecomes(page.getByRole('listitem', { name }), 1)
    }))

  test(`${what} while a key is rotated`, () =>
    visit(async (page) => {
      const name = `rotated although ${what}`
      const first = await hub.createToken('ada', '--name', name)
      await page.reload()
      await page.getByRole('button', { name: `Rotate ${name}` }).click()
      const overlap = dialogOf(page).getByLabel('Overlap', { exact: true })
      await overlap.fill('5')
      await insist(page, 'Rotate', async () => {
        await valueBecomes(overlap, '5')
        assert.equal(await statusOf(first), 200)
      })
      const second = await secretOf(page)
      assert.deepEqual([await statusOf(first), await statusOf(second)], [200, 200])
      await press(page, 'Done')
    }))

  test(`${what} while a key is revoked`, () =>
    visit(async (page) => {
      const name = `revoked although ${what}`
      const token = await hub.createToken('ada', '--name', name)
      await page.reload()
      await page.getByRole('button', { name: `Revoke ${name}` }).click()
      await insist(page, 'Revoke', async () => assert.equal(await statusOf(token), 200))
      await dialogOf(page).waitFor({ state: 'detached' })
      assert.equal(await statusOf(token), 401)
    }))
}
