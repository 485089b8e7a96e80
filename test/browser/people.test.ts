import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { password, startHub } from '../conformance/hub.ts'
import { assertAccessible, assertFits } from './axe.fixture.ts'
import { countBecomes, desktop, openBrowser, phone, valueBecomes } from './browser.fixture.ts'
import { givePassword } from './signing-in.fixture.ts'

const hub = await startHub({ accounts: ['ada', 'grace', 'linus', 'mallory'], flags: ['--sign-up', 'invitation'] })
hub.change("UPDATE account SET role = 'owner' WHERE username = 'ada'")
/** The hub under its name: browsers have no passkeys at an address of numbers. */
const named = hub.origin.replace('127.0.0.1', 'localhost')
const idOf = (username: string) => Number(hub.rows('SELECT id FROM account WHERE username = ?', username)[0]?.id)
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
})

test('an owner invites somebody, who makes an account with the link that is shown once', () =>
  browser.visit(
    async (page) => {
      await page.goto('/owner/accounts')
      await page.getByText('Nobody is invited at the moment.').waitFor()
      await page.getByRole('button', { name: 'Invite' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Make the link' }).click()
      const link = await page.getByLabel('Invitation link', { exact: true }).inputValue()
      await page.getByRole('button', { name: 'Close' }).click()
      await page.getByText('Anyone with the link').waitFor()
      assert.ok(!(await page.content()).includes(link))
      await browser.visit(async (guest) => {
        await guest.goto(link)
        await guest.waitForURL((url) => url.hash === '')
        await guest.getByLabel('Username').fill('newcomer')
        await guest.getByLabel('E-mail address').fill('newcomer@example.org')
        await guest.getByRole('textbox', { name: 'Password' }).fill(password)
        await guest.getByRole('button', { name: 'Make the account' }).click()
        await guest.getByRole('button', { name: 'Account of newcomer' }).waitFor()
      })
      await page.reload()
      await page.getByText('by newcomer').waitFor()
      await page.getByRole('searchbox', { name: 'Search accounts' }).fill('newc')
      await page.waitForURL('**/owner/accounts?query=newc')
      await page.getByText('1 account', { exact: true }).waitFor()
    },
    { username: 'ada' },
  ))

test('a sign-up page without an invitation says what is missing', () =>
  browser.visit(async (page) => {
    await page.goto('/sign-up')
    await page.getByText('by invitation').waitFor()
    assert.equal(await page.getByLabel('Username').count(), 0)
  }))

test('a ban is asked about, and ends the access of the account', () =>
  browser.visit(
    (page) =>
      browser.visit(
        async (banned) => {
          assert.equal((await banned.request.get('/api/v1/me')).status(), 200)
          await page.goto('/owner/accounts')
          await page.getByRole('button', { name: 'Actions on mallory' }).click()
          await page.getByRole('menuitem', { name: 'Ban' }).click()
          assert.equal(
            (await banned.request.get('/api/v1/me')).status(),
            200,
            'nothing happens before it was asked about',
          )
          await page.getByRole('dialog').getByRole('button', { name: 'Ban' }).click()
          await page.getByText('mallory is banned.').waitFor()
          await page.getByRole('listitem', { name: 'mallory' }).getByText('Banned').waitFor()
          assert.equal((await banned.request.get('/api/v1/me')).status(), 401)
          await banned.goto('/login')
          await givePassword(banned, 'mallory')
          await banned.getByRole('alert').getByText('banned').waitFor()
        },
        { username: 'mallory', expectedErrors: /403/ },
      ),
    { username: 'ada' },
  ))

test('a name that is a number is searched for as it stands', () =>
  browser.visit(
    async (page) => {
      await page.goto('/owner/accounts?query=2026')
      await page.getByText('No account matches "2026".').waitFor()
      await valueBecomes(page.getByRole('searchbox', { name: 'Search accounts' }), '2026')
    },
    { username: 'ada' },
  ))

test('an account leads to its page, which tells owners and itself alone of its role', () =>
  browser.visit(
    async (page) => {
      const marks = (seen: Page) => seen.getByRole('main').getByText(/^(Owner|Banned)$/)
      await page.goto('/owner/accounts')
      await page.getByRole('listitem', { name: 'mallory' }).getByRole('link', { name: 'mallory' }).click()
      await page.waitForURL('**/user/mallory')
      await page.getByRole('heading', { name: 'mallory' }).waitFor()
      await page.getByRole('main').getByText('Banned').waitFor()
      await assertAccessible(page)
      await assertFits(page)
      await page.goto('/user/ADA')
      await page.getByRole('main').getByText('Owner').waitFor()
      hub.change("UPDATE account SET role = 'owner' WHERE username = 'grace'")
      await page.goto('/user/grace')
      await page.getByRole('main').getByText('Owner').waitFor()
      await browser.visit(
        async (other) => {
          await other.goto('/user/ada')
          await other.getByText('No models to show.').waitFor()
          await other.getByRole('button', { name: 'Account of linus' }).waitFor()
          assert.equal(await marks(other).count(), 0)
        },
        { username: 'linus' },
      )
      hub.change("UPDATE account SET role = 'user' WHERE username = 'grace'")
    },
    { username: 'ada' },
  ))

test('a reset link of an owner sets another password', () =>
  browser.visit(
    async (page) => {
      await page.goto('/owner/accounts')
      await page.getByRole('button', { name: 'Actions on newcomer' }).click()
      await page.getByRole('menuitem', { name: 'Password reset link' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Make the link' }).click()
      const link = await page.getByLabel('Reset link', { exact: true }).inputValue()
      await browser.visit(async (guest) => {
        await guest.goto(link)
        await guest.waitForURL((url) => url.hash === '')
        await guest.getByRole('textbox', { name: 'New password' }).fill('another horse battery')
        await guest.getByRole('button', { name: 'Set the password' }).click()
        await guest.getByText('The password of newcomer is changed').waitFor()
        await guest.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
        await givePassword(guest, 'newcomer', 'another horse battery')
        await guest.getByRole('button', { name: 'Account of newcomer' }).waitFor()
      })
    },
    { username: 'ada' },
  ))

test('people see what happened to their account, and choose a kind of it', () =>
  browser.visit(
    async (page) => {
      await page.goto('/user/account?tab=activity')
      const list = page.getByRole('list', { name: 'Activity' })
      await list.getByText('Signed in with the password').first().waitFor()
      await list.getByText('The account was made').waitFor()
      await page.getByRole('combobox', { name: 'Kind' }).click()
      await page.getByRole('option', { name: 'Account made' }).click()
      await list.getByText('Signed in with the password').first().waitFor({ state: 'detached' })
      await countBecomes(list.getByRole('listitem'), 1)
      await page.getByRole('combobox', { name: 'Kind' }).click()
      await page.getByRole('option', { name: 'Everything' }).click()
      await list.getByText('Signed in with the password').first().waitFor()
      assert.doesNotMatch((await list.textContent()) ?? '', /mallory|newcomer/)
    },
    { username: 'grace' },
  ))

test('owners find entries by kind and account, under an address that says both, and reach older ones', () =>
  browser.visit(
    async (page) => {
      for (let count = 0; count < 30; count++)
        for (const status of ['muted', 'active'])
          await page.request.patch(`/api/v1/accounts/${idOf('linus')}`, {
            data: { status },
            headers: { origin: named },
          })
      await page.goto('/models')
      await page.getByRole('button', { name: 'Account of ada' }).click()
      await page.getByRole('menuitem', { name: 'Audit log' }).click()
      const list = page.getByRole('list', { name: 'Activity' })
      await list.getByText('The account is no longer muted').first().waitFor()
      await page.getByRole('combobox', { name: 'Kind' }).fill('muted')
      await page.getByRole('option', { name: 'Muted or banned' }).click()
      await page.getByRole('searchbox', { name: 'Account' }).fill('Linus')
      await page.waitForURL('**/owner/audit?kind=status-changed&account=Linus')
      await list.getByRole('listitem').nth(49).waitFor()
      await countBecomes(list.getByRole('listitem'), 50)
      await page.getByRole('button', { name: 'Show older ones' }).click()
      await list.getByRole('listitem').nth(59).waitFor()
      await countBecomes(list.getByRole('listitem'), 60)
      assert.match((await list.getByRole('listitem').first().textContent()) ?? '', /linus.* by ada .*from .*Chrome/s)
      await page.getByRole('button', { name: 'Show older ones' }).waitFor({ state: 'detached' })
      await page.reload()
      await list.getByRole('listitem').nth(49).waitFor()
      await page.getByRole('searchbox', { name: 'Account' }).fill('nobody of this name')
      await page.getByText('Nothing of this kind is in the log.').waitFor()
    },
    { username: 'ada', baseURL: named },
  ))

test('who is no owner is told so on the pages of owners, and has no entries of them', () =>
  browser.visit(
    async (page) => {
      for (const path of ['/owner/accounts', '/owner/library', '/owner/access', '/owner/audit']) {
        await page.goto(path)
        await page.getByRole('alert').getByText('linus is not one of them').waitFor()
      }
      await page.getByRole('button', { name: 'Account of linus' }).click()
      await page.getByRole('menuitem', { name: 'Account settings' }).waitFor()
      assert.equal(await page.getByRole('menuitem', { name: 'Library' }).count(), 0)
    },
    { username: 'linus' },
  ))

for (const [name, options] of Object.entries({
  'in light colours': { colorScheme: 'light', viewport: desktop },
  'in dark colours, on a phone': { colorScheme: 'dark', viewport: phone },
} as const)) {
  test(`the pages of signing in keep nobody out, ${name}`, () =>
    browser.visit(async (page) => {
      for (const [path, sign] of [
        ['/login', 'Password'],
        ['/sign-up#invitation', 'Username'],
        ['/reset-password#token', 'New password'],
      ] as const) {
        await page.goto(path)
        await page.getByRole('textbox', { name: sign }).waitFor()
        await assertAccessible(page)
        await assertFits(page)
      }
    }, options))

  test(`the pages of an account and of owners keep nobody out, ${name}`, () =>
    browser.visit(
      async (page) => {
        for (const [path, sign] of [
          ['/user/account?tab=security', 'Name of the new passkey'],
          ['/user/account?tab=sessions', 'This session'],
          ['/owner/accounts', 'linus@example.org'],
          ['/owner/library', 'Up to date'],
          ['/user/account?tab=activity', 'The account was made'],
          ['/owner/audit?kind=folder-added', 'was added to the library'],
          ['/owner/access?anonymous=closed', 'start the hub with'],
        ] as const) {
          await page.goto(path)
          await page.getByText(sign).waitFor()
          await assertAccessible(page)
          await assertFits(page)
        }
        await page.goto('/owner/accounts')
        await page.getByRole('button', { name: 'Actions on linus' }).click()
        await page.getByRole('menuitem', { name: 'Mute' }).click()
        await page.getByRole('dialog').waitFor()
        await assertAccessible(page)
      },
      { username: 'ada', baseURL: named, ...options },
    ))
}
