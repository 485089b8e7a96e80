import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startHub } from '../conformance/hub.ts'
import { eventually } from '../eventually.ts'
import { assertAccessible, assertFits } from './axe.fixture.ts'
import { openBrowser, phone, valueBecomes } from './browser.fixture.ts'

const hub = await startHub({ accounts: ['ada', 'grace', 'mary', 'joan'] })
const limited = await startHub({ accounts: ['ada'], flags: ['--longest-token-life', '45'] })
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
  await limited.close()
})

const keysPage = '/user/account?tab=api-keys'
const me = async (token: string) => (await hub.ask('/api/v1/me', { token })).status
const dialogOf = (page: Page) => page.getByRole('dialog')
const cardOf = (page: Page, name: string) => page.getByRole('listitem', { name, exact: true })
const secretOf = async (page: Page): Promise<string> => (await page.getByTestId('secret').textContent()) ?? ''

async function beginKey(page: Page, name: string, kind: string): Promise<void> {
  await page.goto(keysPage)
  await page.getByRole('button', { name: 'Add API key' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByRole('radio', { name: kind }).check()
}

async function finishKey(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Add key' }).click()
  const secret = await secretOf(page)
  await assertAccessible(page)
  await page.getByRole('button', { name: 'Done' }).click()
  return secret
}

test('a canary is made, and who uses it is told on its card', () =>
  browser.visit(
    async (page) => {
      const name = 'bait'
      await beginKey(page, name, 'Canary')
      assert.equal(await dialogOf(page).getByText('What it may do').count(), 0)
      await assertAccessible(page)
      const secret = await finishKey(page)
      assert.match(secret, /^mkc_/)
      await cardOf(page, name).getByText('Canary', { exact: true }).waitFor()
      assert.equal(await me(secret), 401)
      await page.reload()
      await cardOf(page, name).getByText('Somebody tried this canary').waitFor()
      await assertAccessible(page)
      await assertFits(page)
    },
    { username: 'ada', colorScheme: 'dark', viewport: phone },
  ))

test('a publishable key is made for an origin, and serves pages of that alone', () =>
  browser.visit(
    async (page) => {
      await beginKey(page, 'gallery', 'Publishable')
      assert.equal(await dialogOf(page).getByText('What it may do').count(), 0)
      await dialogOf(page).getByLabel('Origins').fill('https://gallery.example')
      const secret = await finishKey(page)
      assert.match(secret, /^mkp_/)
      await cardOf(page, 'gallery').getByText('Origins: https://gallery.example').waitFor()
      await cardOf(page, 'gallery').getByText('Publishable', { exact: true }).waitFor()
      const allowed = async (origin: string) =>
        (await hub.ask('/api/v1/models', { token: secret, headers: { origin } })).headers['access-control-allow-origin']
      assert.equal(await allowed('https://gallery.example'), 'https://gallery.example')
      assert.notEqual(await allowed('https://elsewhere.example'), 'https://elsewhere.example')
    },
    { username: 'grace' },
  ))

test('where keys live 45 days at most, the form says so and offers no longer life', () =>
  browser.visit(
    async (page) => {
      await beginKey(page, 'short', 'Bearer')
      const expires = dialogOf(page).getByLabel('Expires')
      await dialogOf(page).getByText('On this hub keys live at most 45 days.').waitFor()
      assert.deepEqual(await expires.getByRole('option').allTextContents(), ['30 days', '45 days', 'A date'])
      await valueBecomes(expires, '45')
      await finishKey(page)
      await cardOf(page, 'short').waitFor()
      const [short] = limited.rows("select expires_at - created_at as life from token where name = 'short'")
      assert.equal(short?.life, 45 * 86_400_000)
    },
    { username: 'ada', baseURL: limited.origin },
  ))

test('an old secret works for the overlap that was chosen, for longer when extended, and ends at once when told to', () =>
  browser.visit(
    async (page) => {
      const first = await hub.createToken('mary', '--name', 'renewed')
      await page.goto(keysPage)
      await page.getByRole('button', { name: 'Rotate renewed' }).click()
      await dialogOf(page).getByLabel('Overlap', { exact: true }).fill('5')
      await dialogOf(page).getByLabel('Ends by itself sooner, when unused').check()
      await dialogOf(page).getByLabel('Unused for', { exact: true }).fill('3')
      await assertAccessible(page)
      await dialogOf(page).getByRole('button', { name: 'Rotate', exact: true }).click()
      const second = await secretOf(page)
      await page.getByRole('button', { name: 'Done' }).click()
      const card = cardOf(page, 'renewed')
      await card.getByText('sooner when nobody uses it for 3 days').waitFor()
      const [replaced] = hub.rows(
        'select ends_at - superseded_at as overlap from token_secret where ends_at is not null',
      )
      assert.equal(replaced?.overlap, 5 * 86_400_000)
      assert.deepEqual([await me(first), await me(second)], [200, 200])

      await card.getByRole('button', { name: `Extend… the secret ending in ${first.slice(-4)}` }).click()
      await dialogOf(page).getByLabel('Ends in', { exact: true }).fill('20')
      await assertAccessible(page)
      await dialogOf(page).getByRole('button', { name: 'Set the end' }).click()
      await dialogOf(page).waitFor({ state: 'detached' })
      const [extended] = hub.rows(
        'select ends_at - superseded_at as overlap from token_secret where ends_at is not null',
      )
      assert.equal(extended?.overlap, 20 * 86_400_000)

      await card.getByRole('button', { name: `End now: the secret ending in ${first.slice(-4)}` }).click()
      await dialogOf(page).getByRole('button', { name: 'End now' }).click()
      await dialogOf(page).waitFor({ state: 'detached' })
      await card.getByText('The old secret').waitFor({ state: 'detached' })
      assert.deepEqual([await me(first), await me(second)], [401, 200])
      const rotate = page.getByRole('button', { name: 'Rotate renewed' })
      await eventually(
        async () => (await rotate.and(page.locator(':focus')).count()) === 1,
        'the focus is not where one goes on',
      )
    },
    { username: 'mary' },
  ))

/** Lets the next request to change something at `path` reach the hub, and loses the answer. */
async function loseAnswer(page: Page, path: string): Promise<void> {
  let isLost = false
  await page.route(path, async (route) => {
    if (isLost || route.request().method() !== 'POST') return await route.continue()
    isLost = true
    await route.fetch()
    await route.abort('connectionreset')
  })
}

test('an answer that was lost is asked for again, and one key is made, with one new secret', () =>
  browser.visit(
    async (page) => {
      await beginKey(page, 'made once', 'Bearer')
      await loseAnswer(page, '**/api/v1/me/tokens')
      await page.getByRole('button', { name: 'Add key' }).click()
      await dialogOf(page).getByRole('alert').getByText('No answer').waitFor()
      const first = await finishKey(page)
      assert.equal(await me(first), 200)
      const made = () => hub.rows("select id from token where name = 'made once'").length
      assert.equal(made(), 1)

      await page.getByRole('button', { name: 'Rotate made once' }).click()
      await loseAnswer(page, '**/rotate')
      const rotate = dialogOf(page).getByRole('button', { name: 'Rotate', exact: true })
      await rotate.click()
      await dialogOf(page).getByRole('alert').getByText('No answer').waitFor()
      await rotate.click()
      const second = await secretOf(page)
      assert.equal(await me(second), 200)
      const [secrets] = hub.rows(
        "select count(*) as count from token_secret where token_id = (select id from token where name = 'made once')",
      )
      assert.equal(secrets?.count, 2)
      await page.getByRole('button', { name: 'Done' }).click()

      // What is asked for after second thoughts is not what was made before them.
      await beginKey(page, 'first thought', 'Bearer')
      await loseAnswer(page, '**/api/v1/me/tokens')
      await page.getByRole('button', { name: 'Add key' }).click()
      await dialogOf(page).getByRole('alert').getByText('No answer').waitFor()
      await page.getByLabel('Name').fill('second thought')
      await finishKey(page)
      await cardOf(page, 'second thought').waitFor()
    },
    { username: 'joan', expectedErrors: /ERR_CONNECTION_RESET/ },
  ))
