import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startHub } from '../conformance/hub.ts'
import { becomes, openBrowser, phone } from './browser.fixture.ts'

const hub = await startHub({ accounts: ['ada'] })
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
})

const expectedErrors = /Failed to load resource|dynamically imported module|Unable to preload/
const isOffline = { expectedErrors }
const openTags = (page: Page) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tags' })
const tagsAreShown = (page: Page) => page.getByRole('main').getByRole('heading', { name: 'Tags' }).waitFor()
/** Counts the documents that a page loads. */
const documentsOf = (page: Page) => {
  let count = 0
  page.on('request', (request) => {
    if (request.isNavigationRequest()) count++
  })
  return () => count
}
const bannerIsShown = (page: Page) => page.getByRole('banner').getByRole('searchbox').waitFor()

test('a page whose code was replaced by an update is loaded with one reload', () =>
  browser.visit(async (page) => {
    await page.goto('/models')
    await page.getByRole('article').first().waitFor()
    const documents = documentsOf(page)
    // The files of the version before are gone: the open page names one that the hub no longer has.
    let refused = 0
    await page.route(/\/assets\/tags-page-.*\.js/, (route) =>
      refused++ === 0 || documents() === 0 ? route.fulfill({ status: 404, body: 'gone' }) : route.continue(),
    )
    await openTags(page).click()
    await tagsAreShown(page)
    assert.equal(documents(), 1)
    assert.ok(refused > 0)
  }, isOffline))

test('code that stays missing is not reloaded for ever: the error has a button', () =>
  browser.visit(async (page) => {
    await page.goto('/models')
    await page.getByRole('article').first().waitFor()
    const documents = documentsOf(page)
    const missing = /\/assets\/tags-page-.*\.js/
    await page.route(missing, (route) => route.fulfill({ status: 404, body: 'gone' }))
    await openTags(page).click()
    const button = page.getByRole('alert').getByRole('button', { name: 'Reload the page' })
    await button.waitFor()
    await page.waitForTimeout(4000)
    assert.equal(documents(), 1)
    await bannerIsShown(page)
    await page.unroute(missing)
    await button.click()
    await tagsAreShown(page)
  }, isOffline))

test('a page recovers by itself once the hub is back', () =>
  browser.visit(async (page) => {
    await page.goto('/models')
    await page.getByRole('article').first().waitFor()
    await page.route('**/*', (route) => route.abort('connectionrefused'))
    await openTags(page).click()
    await page.getByRole('alert').getByText('No answer').waitFor()
    await bannerIsShown(page)
    await page.unroute('**/*')
    await tagsAreShown(page)
  }, isOffline))

test('hovering a link while the hub is down reloads nothing', () =>
  browser.visit(async (page) => {
    await page.goto('/models')
    await page.getByRole('article').first().waitFor()
    const documents = documentsOf(page)
    await page.route('**/*', (route) => route.abort('connectionrefused'))
    await openTags(page).hover()
    await page.waitForTimeout(1000)
    assert.equal(documents(), 0)
    await page.unroute('**/*')
    await openTags(page).click()
    await tagsAreShown(page)
  }, isOffline))

test('data that could not be loaded is loaded once the hub is back', () =>
  browser.visit(async (page) => {
    await page.goto('/creators')
    await page.getByRole('main').getByRole('link').first().waitFor()
    await page.route('**/api/**', (route) => route.abort('connectionrefused'))
    await openTags(page).click()
    await page.getByRole('alert').getByText('No answer').waitFor({ timeout: 30_000 })
    await page.unroute('**/api/**')
    await page.getByRole('main').getByRole('link', { name: /tide/ }).first().waitFor()
  }, isOffline))

test('the 404 page and a page with an invalid filter have the frame and the wording of the app', async () => {
  for (const viewport of [undefined, phone])
    await browser.visit(
      async (page) => {
        await page.goto('/no/such/page')
        await page.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor()
        await bannerIsShown(page)
        await becomes(async () => assert.equal(await page.title(), 'Page not found - modelkeep'))
        const heading = await page.getByRole('heading', { level: 1 }).boundingBox()
        assert.ok(heading && heading.x > 0, 'the text keeps the margin of a page')

        await page.goto('/models?types=Nope')
        const alert = page.getByRole('alert')
        await alert.getByText('This filter is not valid').waitFor()
        assert.doesNotMatch((await alert.textContent()) ?? '', /types\.0|Invalid option|expected one of/)
        await bannerIsShown(page)
        await alert.getByRole('link', { name: 'Clear filters' }).click()
        await page.getByRole('article').first().waitFor()
      },
      { ...(viewport && { viewport }), expectedErrors: /40[04]/ },
    )
})

test('after a navigation the ring is drawn around the heading, and never around the page', () =>
  browser.visit(async (page) => {
    await page.goto('/models')
    await page.getByRole('article').first().waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const focused = () =>
      page.evaluate<string>(`(() => {
        const { tagName } = document.activeElement
        const { outlineStyle } = getComputedStyle(document.activeElement)
        document.querySelector('main').focus()
        return tagName + ' ' + outlineStyle + ' ' + getComputedStyle(document.querySelector('main')).outlineStyle
      })()`)
    assert.equal(await focused(), 'H1 solid none')
  }))
