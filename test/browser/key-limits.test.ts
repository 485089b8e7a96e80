import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startHub } from '../conformance/hub.ts'
import { assertAccessible, assertFits } from './axe.fixture.ts'
import { countBecomes, openBrowser, phone, valueBecomes } from './browser.fixture.ts'
import { keyboardOf } from './keyboard.fixture.ts'

const hub = await startHub({ accounts: ['ada', 'grace', 'mary', 'joan'] })
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
})

const keysPage = '/user/account?tab=api-keys'
const dialogOf = (page: Page) => page.getByRole('dialog')
const cardOf = (page: Page, name: string) => page.getByRole('listitem', { name, exact: true })
const statusOf = async (target: string, token?: string) =>
  (await hub.ask(target, token === undefined ? {} : { token, headers: { 'user-agent': 'old-downloader/1' } })).status

const setNow = (page: Page) => dialogOf(page).getByRole('button', { name: 'Set them now' })

async function openLimits(page: Page, name: string): Promise<void> {
  await page.goto(keysPage)
  await page.getByRole('button', { name: `Change limits of ${name}` }).click()
}

test('new limits tell whom they would have refused before they are set', () =>
  browser.visit(
    async (page) => {
      const name = 'looked at'
      const token = await hub.createToken('ada', '--name', name, '--scope', 'Full')
      assert.equal(await statusOf('/api/v1/me', token), 200)
      await openLimits(page, name)
      const dialog = dialogOf(page)
      await dialog.getByText('No program of the last 30 days would have been refused').waitFor()
      await dialog.getByLabel('Networks').fill('10.0.0.0/8')
      await dialog.getByText('1 of 1 program of the last 30 days would have been refused').waitFor()
      await dialog.getByText(/old-downloader\/1 at 127\.0\.0\.1.*: it comes from another network\./).waitFor()
      await assertAccessible(page)
      await dialog.getByLabel('Networks').fill('10.0.0.0/8 nowhere')
      await dialog.getByText('"nowhere" is not an address or a network').waitFor()
      assert.equal(await statusOf('/api/v1/me', token), 200, 'nothing was set')

      await dialog.getByRole('button', { name: 'Fill them in below' }).click()
      await valueBecomes(dialog.getByLabel('Networks'), '127.0.0.1/32')
      await valueBecomes(dialog.getByLabel('Accepted in addresses'), 'never')
      await dialog.getByText('No program of the last 30 days would have been refused').waitFor()
      await countBecomes(setNow(page), 0)
      await dialog.getByRole('button', { name: 'Save' }).click()
      await dialog.waitFor({ state: 'detached' })
      await cardOf(page, name).getByText('Networks: 127.0.0.1/32').waitFor()
      await cardOf(page, name).getByText('May: UserRead', { exact: true }).waitFor()
      assert.deepEqual([await statusOf('/api/v1/me', token), await statusOf(`/api/v1/me?token=${token}`)], [200, 401])
      await assertFits(page)
    },
    { username: 'ada', colorScheme: 'light', viewport: phone, expectedErrors: /400/ },
  ))

test('one press sets the narrowest limits that would have served, and one puts the former back', () =>
  browser.visit(
    async (page) => {
      const name = 'narrowed'
      const token = await hub.createToken('ada', '--name', name, '--scope', 'ReadOnly', '--query-policy', 'downloads')
      assert.equal(await statusOf('/api/v1/me', token), 200)
      const limits = () =>
        hub.rows('select * from token where name = ?', name).map((row) => [row.scope, row.networks, row.query_policy])
      const before = limits()
      await openLimits(page, name)
      const proposal = page.getByRole('alert', { name: 'Narrower limits would have been enough' })
      await proposal.getByText('These would have served the one program of the last 30 days:').waitFor()
      await proposal.getByText('May: UserRead (now: Read only)').waitFor()
      await proposal.getByText('Networks: 127.0.0.1/32 (now: any)').waitFor()
      await proposal.getByText('In addresses: never (now: for downloads only)').waitFor()
      await assertAccessible(page)
      await assertFits(page)

      await setNow(page).click()
      await dialogOf(page).waitFor({ state: 'detached' })
      assert.deepEqual(limits(), [[1, '["127.0.0.1/32"]', 'never']])
      await cardOf(page, name).getByText('Networks: 127.0.0.1/32').waitFor()
      assert.equal(await statusOf('/api/v1/me', token), 200)
      await page.getByRole('button', { name: `Change limits of ${name}` }).click()
      await dialogOf(page).getByText('No program of the last 30 days would have been refused').waitFor()
      await countBecomes(proposal, 0)
      await dialogOf(page).getByRole('button', { name: 'Cancel' }).click()
      await dialogOf(page).waitFor({ state: 'detached' })

      await page.getByRole('button', { name: 'Undo' }).click()
      await cardOf(page, name).getByText('Networks: any').waitFor()
      await cardOf(page, name).getByText('May: Read only').waitFor()
      await page.getByText(`The limits of ${name} are as they were.`).waitFor()
      assert.deepEqual(limits(), before)
    },
    { username: 'ada', colorScheme: 'dark', viewport: phone },
  ))

test('limits are changed with the keyboard alone, and one is back at the button', () =>
  browser.visit(
    async (page) => {
      await hub.createToken('grace', '--name', 'typed')
      await page.goto(keysPage)
      const { press, type, goTo, isAt } = keyboardOf(page)
      const change = page.getByRole('button', { name: 'Change limits of typed' })
      await change.waitFor()
      await goTo(change)
      await press('Enter')
      await isAt(dialogOf(page).getByLabel('Name'))
      await press('End')
      await type(' anew')
      await goTo(dialogOf(page).getByLabel('Expires'))
      await press('ArrowDown')
      await goTo(dialogOf(page).getByRole('button', { name: 'Save' }))
      await press('Enter')
      await dialogOf(page).waitFor({ state: 'detached' })
      await isAt(page.getByRole('button', { name: 'Change limits of typed anew' }))
      const [life] = hub.rows("select expires_at as ends from token where name = 'typed anew'")
      assert.ok(typeof life?.ends === 'number')
    },
    { username: 'grace' },
  ))

test('the origins of a publishable key are changed, and its kind stays', () =>
  browser.visit(
    async (page) => {
      const made = await page.request.post('/api/v1/me/tokens', {
        data: { kind: 'publishable', name: 'gallery', origins: ['https://old.example'] },
        headers: { origin: hub.origin },
      })
      assert.equal(made.status(), 201)
      await openLimits(page, 'gallery')
      await dialogOf(page).getByLabel('Origins').fill('https://new.example, https://other.example')
      await dialogOf(page).getByRole('button', { name: 'Save' }).click()
      await cardOf(page, 'gallery').getByText('Origins: https://new.example, https://other.example').waitFor()
      await cardOf(page, 'gallery').getByText('Publishable', { exact: true }).waitFor()
    },
    { username: 'mary' },
  ))

test('the account menu and the tab tell how many active keys need attention, and the cards why', () =>
  browser.visit(
    async (page) => {
      await hub.createToken('joan', '--name', 'quiet')
      await hub.createToken('joan', '--name', 'ending', '--expires', '9d')
      await hub.createToken('joan', '--name', 'seen')
      hub.change(
        "insert into token_warning (token_id, kind, network, agent, place, at) values (?, 'found', '', '', 'a note', ?)",
        await hub.tokenId('joan', 'seen'),
        Date.now(),
      )
      const allowed = await hub.createToken('joan', '--name', 'allowed')
      assert.equal(await statusOf(`/api/v1/me?token=${allowed}`), 200)
      const lost = await hub.createToken('joan', '--name', 'lost')
      await hub.ask('/api/v1/tokens/revoke', { method: 'POST', json: { tokens: [lost] } })
      await page.clock.install()
      await page.goto('/models')
      const menu = page.getByRole('button', { name: /^Account of joan, 2 API keys need attention$/ })
      await menu.waitFor()
      await assertAccessible(page)
      await menu.click()
      await assertAccessible(page)
      await page.getByRole('menuitem', { name: 'API keys 2' }).click()
      await page.getByRole('tab', { name: 'API keys 2' }).waitFor()
      await cardOf(page, 'ending').getByText('This key ends in').waitFor()
      await cardOf(page, 'lost').getByText('Reported as leaked, and ended').waitFor()
      await cardOf(page, 'lost')
        .getByText(/^Revoked: .*reported/)
        .waitFor()
      await assertAccessible(page)
      await page.getByRole('button', { name: 'Dismiss the warnings of seen' }).click()
      await page.getByRole('tab', { name: 'API keys 1' }).waitFor()
      await hub.command('token', 'revoke', String(await hub.tokenId('joan', 'ending')))
      await page.clock.fastForward(60_000)
      await page.getByRole('tab', { name: 'API keys', exact: true }).waitFor()
    },
    { username: 'joan' },
  ))
