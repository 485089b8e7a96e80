import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startHub } from '../conformance/hub.ts'
import { tidal } from '../conformance/library.ts'
import { assertAccessible, assertFits } from './axe.fixture.ts'
import { countBecomes, openBrowser, phone, valueBecomes } from './browser.fixture.ts'

const hub = await startHub({ accounts: ['ada', 'grace', 'mary', 'joan'] })
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
})

const keysPage = '/user/account?tab=api-keys'
const me = async (token: string) => (await hub.ask('/api/v1/me', { token })).status

/** Adds a key by the form, which stays open on its secret. */
async function addKey(page: Page, name: string): Promise<string> {
  await page.goto(keysPage)
  await page.getByRole('button', { name: 'Add API key' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Add key' }).click()
  return await secretOf(page)
}

const secretOf = async (page: Page): Promise<string> => (await page.getByTestId('secret').textContent()) ?? ''

/** Everywhere in the browser where a page could leave a secret. */
const keptTexts = (page: Page) =>
  page.evaluate<string>(`(async () => JSON.stringify([
    document.documentElement.outerHTML,
    location.href,
    history.state,
    { ...localStorage },
    { ...sessionStorage },
    document.cookie,
    [...document.querySelectorAll('input, textarea')].map((field) => field.value),
    performance.getEntries().map((entry) => entry.name),
    await indexedDB.databases(),
    await (globalThis.caches?.keys() ?? []),
  ]))()`)

test('a key is added, used, and its secret is nowhere once the dialog is closed', () =>
  browser.visit(
    async (page) => {
      const secret = await addKey(page, 'laptop 🦊')
      assert.match(secret, /^mk_[0-9A-Za-z]{46}$/)
      const answer = await hub.ask('/api/v1/me', { token: secret })
      assert.equal(JSON.parse(answer.body.toString()).username, 'ada')
      await page.getByText(`curl -H "Authorization: Bearer ${secret}" "${hub.origin}/api/v1/me"`).waitFor()
      await assertAccessible(page)
      await page.getByRole('button', { name: 'Done' }).click()
      await page.getByTestId('secret').waitFor({ state: 'detached' })
      assert.ok(!(await keptTexts(page)).includes(secret))
      await page
        .getByRole('listitem', { name: 'laptop 🦊' })
        .getByText(`…${secret.slice(-4)}`)
        .waitFor()
      await page.goto('/models')
      await page.goBack()
      await page.getByRole('listitem', { name: 'laptop 🦊' }).waitFor()
      assert.ok(!(await keptTexts(page)).includes(secret))
    },
    { username: 'ada' },
  ))

test('both secrets of a rotated key work during the overlap, and the old one is shown with who uses it', () =>
  browser.visit(
    async (page) => {
      const first = await addKey(page, 'rotated')
      await page.getByRole('button', { name: 'Done' }).click()
      await page.getByRole('button', { name: 'Rotate rotated' }).click()
      await page.getByRole('button', { name: 'Rotate', exact: true }).click()
      const second = await secretOf(page)
      assert.notEqual(second, first)
      assert.deepEqual([await me(first), await me(second)], [200, 200])
      await page.getByRole('button', { name: 'Done' }).click()
      await page.reload()
      const card = page.getByRole('listitem', { name: 'rotated' })
      await card.getByText(`The old secret ending in ${first.slice(-4)} ends`).waitFor()
      await card.getByText('1 request', { exact: false }).first().waitFor()
    },
    { username: 'ada' },
  ))

test('a key is revoked with one confirmation and refused on the next call, and the page tells why', () =>
  browser.visit(
    async (page) => {
      const secret = await addKey(page, 'ended')
      await page.getByRole('button', { name: 'Done' }).click()
      assert.equal(await me(secret), 200)
      await page.getByRole('button', { name: 'Revoke ended' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
      await page.getByText('Ended keys (1)').click()
      assert.equal(await me(secret), 401)
      await page.getByRole('button', { name: 'Why was I refused: ended' }).click()
      await page.getByRole('dialog').getByText('The key had been revoked.').waitFor()
      await page.getByRole('dialog').getByText('GET /api/v1/me').waitFor()
    },
    { username: 'grace' },
  ))

test('a link fills in the form and does no more; asked for everything, it fills in reading', () =>
  browser.visit(
    async (page) => {
      await page.goto(`/user/account?addApiKey&name=${'n'.repeat(80)}&scope=Full`)
      await valueBecomes(page.getByLabel('Name'), 'n'.repeat(64))
      assert.ok(await page.getByRole('radio', { name: 'Read only' }).isChecked())
      assert.ok(!(await (await page.request.get('/api/v1/me/tokens')).text()).includes('nnn'))
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.waitForURL('**/user/account?tab=api-keys')
      await page.goto('/user/account?addApiKey&name=Painter&scope=Creator')
      await valueBecomes(page.getByLabel('Name'), 'Painter')
      assert.ok(await page.getByRole('radio', { name: 'Creator' }).isChecked())
    },
    { username: 'ada' },
  ))

test('a key that allows its use in URLs raises no alarm by it', () =>
  browser.visit(
    async (page) => {
      const token = await hub.createToken('mary', '--name', 'in an address')
      assert.equal((await hub.ask(`/api/v1/me?token=${token}`)).status, 200)
      await page.goto(keysPage)
      await page.getByRole('heading', { name: 'in an address' }).waitFor()
      assert.equal(await page.getByText('Needs attention').count(), 0)
      assert.equal(await page.getByRole('button', { name: /need.* attention/ }).count(), 0)
    },
    { username: 'mary' },
  ))

test('a key that works is tried in the header, the address, a download and a part of a file, and leaves no trace', () =>
  browser.visit(async (page) => {
    const token = await hub.createToken('mary', '--name', 'tried')
    await page.goto('/test-token')
    await page.getByRole('textbox', { name: 'API key' }).fill(token)
    await page.getByLabel('Model version to download').fill(String(tidal.versionId))
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await page.getByText('Nothing failed.').waitFor()
    await countBecomes(page.getByText('it speaks for mary'), 2)
    await page.getByText('this file needs no key').waitFor()
    await page.getByText('Downloads can be resumed: bytes 0-99/').waitFor()
    await assertAccessible(page)
    await page.getByRole('textbox', { name: 'API key' }).fill('')
    assert.ok(!(await keptTexts(page)).includes(token))
  }))

test('a key that fails is told apart: where it ends, and what the hub recorded of it', () =>
  browser.visit(
    async (page) => {
      const token = await hub.createToken('mary', '--name', 'gone')
      await hub.command('token', 'revoke', String(await hub.tokenId('mary', 'gone')))
      await page.goto('/test-token')
      await page.getByRole('textbox', { name: 'API key' }).fill(token)
      await page.getByRole('button', { name: 'Test', exact: true }).click()
      await page.getByText('The hub does not take the key: it is mistyped').waitFor()
      await page.getByRole('status').getByText('The key had been revoked.').waitFor()
    },
    { username: 'mary', expectedErrors: /401/ },
  ))

for (const colorScheme of ['light', 'dark'] as const)
  test(`the pages of keys are usable by everybody, on a phone too (${colorScheme})`, () =>
    browser.visit(
      async (page) => {
        await hub.createToken('mary', '--name', `seen in ${colorScheme}`)
        await page.goto(keysPage)
        await page
          .getByRole('button', { name: /^Why was I refused/ })
          .first()
          .waitFor()
        await assertAccessible(page)
        await assertFits(page)
        await page.getByRole('button', { name: 'Add API key' }).click()
        await page.getByText('Single scopes').click()
        await page.getByRole('checkbox', { name: 'VaultWrite' }).waitFor()
        await assertAccessible(page)
        await page.goto('/user/account')
        await page.getByRole('cell', { name: 'mary', exact: true }).waitFor()
        await assertAccessible(page)
        await assertFits(page)
        await page.goto('/test-token')
        await page.getByRole('textbox', { name: 'API key' }).waitFor()
        await assertAccessible(page)
        await assertFits(page)
      },
      { username: 'mary', colorScheme, viewport: phone },
    ))
