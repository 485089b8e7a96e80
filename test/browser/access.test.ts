import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startHub } from '../conformance/hub.ts'
import { tidal } from '../conformance/library.ts'
import { openBrowser } from './browser.fixture.ts'
import { givePassword } from './signing-in.fixture.ts'

const owners = "UPDATE account SET role = 'owner' WHERE username = 'ada'"

test('an owner sees whom another policy would refuse, at an address that says which', async () => {
  const hub = await startHub({ accounts: ['ada', 'bob'] })
  const browser = await openBrowser(hub)
  after(() => browser.close().then(hub.close))
  hub.change(owners)
  const token = await hub.createToken('bob', '--name', 'laptop')
  await hub.ask('/api/v1/models', { headers: { 'user-agent': 'gallery/1' } })
  await hub.ask(`/api/v1/models?token=${token}`, { headers: { 'user-agent': 'script/2' } })
  await browser.visit(
    async (page) => {
      await page.goto('/models')
      await page.getByRole('button', { name: 'Account of ada' }).click()
      await page.getByRole('menuitem', { name: 'Access' }).click()
      const served = page.getByRole('list', { name: 'Would be served' })
      await served.getByText('gallery/1').waitFor()
      await served.getByText('Uses the key laptop of bob').waitFor()
      await page.getByText('This is how the hub is set.').waitFor()

      await page.getByRole('combobox', { name: 'Callers without a key' }).click()
      await page.getByRole('option', { name: 'Are told nothing' }).click()
      const refused = page.getByRole('list', { name: 'Would be refused' })
      await refused.getByRole('listitem').filter({ hasText: 'gallery/1' }).getByText('It comes without a key').waitFor()
      await page.getByText('--anonymous-access closed').waitFor()
      await page.getByRole('combobox', { name: 'Keys in addresses' }).click()
      await page.getByRole('option', { name: 'Never' }).click()
      await refused.getByRole('listitem').filter({ hasText: 'script/2' }).getByText('It sends its key').waitFor()
      assert.equal(new URL(page.url()).search, '?anonymous=closed&query=never')
      await page.reload()
      await page.getByText('--anonymous-access closed --query-tokens never').waitFor()
    },
    { username: 'ada' },
  )
})

test('a closed hub asks people to sign in, and shows them then what they came for', async () => {
  const hub = await startHub({ accounts: ['ada'], flags: ['--anonymous-access', 'closed'] })
  const browser = await openBrowser(hub)
  after(() => browser.close().then(hub.close))
  await browser.visit(
    async (page) => {
      for (const path of ['/models', `/models/${tidal.modelId}`, '/creators', '/tags', '/user/ada', '/images/1']) {
        await page.goto(path)
        await page.getByRole('alert').getByText('Sign in first').waitFor()
        assert.equal(await page.getByText(tidal.name).count(), 0, path)
        assert.equal(await page.getByText('Your session has ended', { exact: true }).count(), 0, path)
      }
      await page.goto(`/models/${tidal.modelId}`)
      await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
      await givePassword(page, 'ada')
      await page.getByRole('heading', { name: tidal.name }).waitFor()
    },
    { expectedErrors: /401/ },
  )
})
