import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startHub } from '../conformance/hub.ts'
import { assertAccessible, assertFits } from './axe.fixture.ts'
import { openBrowser, phone, valueBecomes } from './browser.fixture.ts'

const hub = await startHub({ accounts: ['ada'], sample: true })
const token = await hub.createToken('ada', '--query-policy', 'always')
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
})

interface ApiDocument {
  tags: { name: string }[]
  paths: Record<string, Record<string, { operationId: string; tags: string[]; 'x-category': string }>>
}

const document = JSON.parse((await hub.ask('/api/openapi.json')).body.toString()) as ApiDocument
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
)
const pageOf = (name: string) => `/docs/${name.toLowerCase().replaceAll(' ', '-')}`
const partOf = (page: Page, operationId: string) => page.locator(`section[aria-labelledby="${operationId}"]`)
const unauthorized = /401 \(Unauthorized\)/

/** Opens "Try it" of an operation. */
async function tryIt(page: Page, tag: string, operationId: string) {
  await page.goto(`${pageOf(tag)}#${operationId}`)
  const part = partOf(page, operationId)
  await part.getByRole('button', { name: /^Try it/ }).click()
  await part.getByRole('button', { name: 'Send' }).waitFor()
  return part
}

test('every operation of the document is listed with its category, and has its part on the page of its resource', () =>
  browser.visit(async (page) => {
    await page.goto('/docs')
    for (const { method, path, 'x-category': category } of operations) {
      const row = page.getByRole('link').filter({ hasText: new RegExp(`^${method}${escaped(path)}${category}`) })
      await row.first().waitFor()
    }
    for (const { name } of document.tags) {
      await page.goto(pageOf(name))
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
      for (const { operationId, path, 'x-category': category } of operations.filter(({ tags }) => tags[0] === name)) {
        const part = partOf(page, operationId)
        await part.getByText(category, { exact: true }).first().waitFor()
        assert.match((await part.textContent()) ?? '', new RegExp(escaped(path)))
      }
    }
  }))

test('the filter keeps the endpoints that hold its words', () =>
  browser.visit(async (page) => {
    await page.goto('/docs')
    await page.getByLabel('Filter endpoints').fill('head download')
    const count = operations.filter(({ method, path }) => method === 'HEAD' && /download|files/.test(path)).length
    await page.getByText(`${count} operations`).waitFor()
    await page.reload()
    await page.getByText(`${count} operations`).waitFor()
    await valueBecomes(page.getByLabel('Filter endpoints'), 'head download')
    await page.getByRole('main').getByRole('link', { name: /^HEAD/ }).first().click()
    await page.waitForURL(/\/docs\/downloads#head/)
  }))

test('a link to an operation leads to its place', () =>
  browser.visit(async (page) => {
    const { operationId } = operations.findLast(({ tags }) => tags[0] === 'Model versions') ?? assert.fail()
    await page.goto(`${pageOf('Model versions')}#${operationId}`)
    await page.locator(`#${operationId}:focus`).waitFor()
    assert.ok((await page.evaluate<number>('scrollY')) > 0)
  }))

test('a request is tried with the session of the reader, and as nobody', () =>
  browser.visit(
    async (page) => {
      const part = await tryIt(page, 'Account', 'getMe')
      await part.getByRole('radio', { name: /ada/ }).check()
      await part.getByRole('button', { name: 'Send' }).click()
      await part.getByTestId('answer').getByText('200', { exact: true }).waitFor()
      await part.getByTestId('answer').getByText('"username": "ada"').waitFor()
      await part.getByText('private, no-store').last().waitFor()
      await part.getByRole('radio', { name: 'Nobody' }).check()
      await part.getByRole('button', { name: 'Send' }).click()
      await part.getByTestId('answer').getByText('401', { exact: true }).waitFor()
    },
    { username: 'ada', expectedErrors: unauthorized },
  ))

test('a pasted token is sent in a header, masked in the line for a terminal, and kept nowhere', () =>
  browser.visit(
    async (page) => {
      const addresses: string[] = []
      page.on('request', (request) => addresses.push(request.url()))
      const part = await tryIt(page, 'Account', 'getMe')
      await part.getByRole('radio', { name: 'Token in a header' }).check()
      await part.getByRole('textbox', { name: 'Token' }).fill(token)
      await part.getByText('curl -H "Authorization: Bearer $TOKEN"').waitFor()
      const sending = page.waitForRequest('**/api/v1/me')
      await part.getByRole('button', { name: 'Send' }).click()
      assert.equal((await (await sending).allHeaders()).authorization, `Bearer ${token}`)
      await part.getByTestId('answer').getByText('200', { exact: true }).waitFor()
      const kept = await page.evaluate<string>(
        `indexedDB.databases().then((databases) => JSON.stringify([{ ...localStorage }, { ...sessionStorage },
          history.state, location.href, databases, document.cookie, document.body.textContent]))`,
      )
      assert.ok(!kept.includes(token) && !(await page.content()).includes(token))
      assert.ok(!addresses.some((address) => address.includes(token)))
      await part.getByRole('textbox', { name: 'Token' }).fill('mk_wrong')
      await part.getByRole('button', { name: 'Send' }).click()
      await part.getByTestId('answer').getByText('401', { exact: true }).waitFor()
      await page.reload()
      const again = await tryIt(page, 'Account', 'getMe')
      await again.getByRole('radio', { name: 'Token in a header' }).check()
      await valueBecomes(again.getByRole('textbox', { name: 'Token' }), '')
    },
    { expectedErrors: unauthorized },
  ))

test('a download is tried with the token in the address, and tells where it led and how large it is', () =>
  browser.visit(async (page) => {
    const part = await tryIt(page, 'Downloads', 'getDownloadModelsByVersionId')
    await part.getByRole('textbox', { name: 'versionId' }).fill('900401')
    await part.getByRole('radio', { name: 'Token in the address' }).check()
    await part.getByRole('textbox', { name: 'Token' }).fill(token)
    const asking = page.waitForRequest(/\/api\/download\/models\/900401\?/)
    await part.getByRole('button', { name: 'Send' }).click()
    assert.equal(new URL((await asking).url()).searchParams.get('token'), token)
    const answer = part.getByTestId('answer')
    await answer.getByText('200', { exact: true }).waitFor()
    await answer.getByText(/^Followed a redirect to \/files\/.*ink_and_mist-000012\.safetensors$/).waitFor()
    await answer.getByText(/, [\d,]+ bytes$/).waitFor()
    assert.ok(!page.url().includes(token))
    assert.ok(!(await page.content()).includes(token))
  }))

test('a request that changes something asks first', () =>
  browser.visit(
    async (page) => {
      const part = await tryIt(page, 'Account', 'putMeFavoritesByModelId')
      await part.getByRole('textbox', { name: 'modelId' }).fill('900004')
      let sent = 0
      page.on('request', (request) => {
        if (request.method() === 'PUT') sent += 1
      })
      await part.getByRole('button', { name: 'Send' }).click()
      await page.getByRole('dialog').getByText('PUT /api/v1/me/favorites/900004').waitFor()
      await page.getByRole('button', { name: 'Cancel' }).click()
      assert.equal(sent, 0)
      await part.getByRole('button', { name: 'Send' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Send it' }).click()
      await part.getByTestId('answer').getByText('200', { exact: true }).waitFor()
      assert.equal(sent, 1)
    },
    { username: 'ada' },
  ))

test('every link of the reference leads to something', () =>
  browser.visit(async (page) => {
    const found = new Set<string>(['/docs'])
    const ids = new Map<string, string[]>()
    // Grows while it is walked.
    for (const address of found) {
      const [section = ''] = address.split('#')
      if (ids.has(section)) continue
      await page.goto(section)
      await page.getByRole('heading', { level: 1 }).waitFor()
      assert.equal(await page.getByText('The reference has no such part').count(), 0, section)
      const seen = await page.evaluate<{ ids: string[]; links: string[] }>(`({
        ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
        links: [...document.querySelectorAll('main a[href]')]
          .map(({ href }) => new URL(href))
          .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith('/docs'))
          .map(({ pathname, hash }) => pathname + decodeURIComponent(hash)),
      })`)
      ids.set(section, seen.ids)
      for (const link of seen.links) found.add(link)
    }
    assert.ok(found.has('/docs/authentication') && found.size > operations.length)
    for (const address of found) {
      const [section = '', hash] = address.split('#')
      assert.ok(hash === undefined || ids.get(section)?.includes(hash), `${address} leads nowhere`)
    }
  }))

test('guides are the Markdown of the repository, with tables, code to copy, and links within the app', () =>
  browser.visit(async (page) => {
    await page.goto('/docs/errors')
    await page.getByRole('heading', { level: 1, name: 'Errors' }).waitFor()
    assert.ok((await page.getByRole('row').count()) > 10)
    await page.getByRole('button', { name: 'Copy this example' }).first().waitFor()
    await page.getByRole('main').getByRole('link', { name: 'cursors' }).click()
    await page.getByRole('heading', { level: 1, name: 'Pagination' }).waitFor()
  }))

test('on a phone the contents are a drawer, and no page is wider than the screen', () =>
  browser.visit(
    async (page) => {
      for (const address of ['/docs', '/docs/models', '/docs/authentication', '/docs/account']) {
        await page.goto(address)
        await page.getByRole('heading', { level: 1 }).waitFor()
        await assertFits(page)
      }
      await page.getByRole('button', { name: 'Contents' }).click()
      await page.getByRole('dialog').getByRole('link', { name: 'AIR' }).click()
      await page.getByRole('heading', { level: 1, name: 'AIR' }).waitFor()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    },
    { viewport: phone },
  ))

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing serious in ${colorScheme} colours`, () =>
    browser.visit(
      async (page) => {
        await page.goto('/docs')
        await page.getByRole('heading', { level: 1 }).waitFor()
        await assertAccessible(page)
        await page.goto('/docs/authentication')
        await page.getByRole('heading', { level: 1 }).waitFor()
        await assertAccessible(page)
        const part = await tryIt(page, 'Account', 'getMe')
        await part.getByRole('radio', { name: 'Token in a header' }).check()
        await part.getByRole('button', { name: /^401/ }).click()
        await part.getByRole('button', { name: /^200/ }).click()
        await part.getByText('Member', { exact: true }).first().waitFor()
        await assertAccessible(page)
      },
      { colorScheme, reducedMotion: 'reduce' },
    ))

const escaped = (text: string) => text.replaceAll(/[{}().*+?^$|[\]\\/]/g, '\\$&')
