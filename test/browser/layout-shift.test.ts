import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { startHub } from '../conformance/hub.ts'
import { eventually } from '../eventually.ts'
import { desktop, openBrowser, phone } from './browser.fixture.ts'

const hub = await startHub({ sample: true, accounts: ['ada'] })
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
})

/** What moved: how much of it (https://web.dev/articles/cls#layout-shift-score), and what it was. */
interface Shift {
  value: number
  moved: string[]
}

/** Keeps the shifts of each page from its first moment on. */
const watchShifts = (page: Page) =>
  page.addInitScript(`{
    globalThis.shifts = []
    const named = ({ node }) => node?.outerHTML?.slice(0, 120) ?? node?.nodeName ?? 'gone'
    const note = ({ value, sources }) => globalThis.shifts.push({ value, moved: sources.map(named) })
    const watching = new PerformanceObserver((list) => list.getEntries().forEach(note))
    watching.observe({ type: 'layout-shift', buffered: true })
    globalThis.lastShifts = () => {
      watching.takeRecords().forEach(note)
      return globalThis.shifts
    }
  }`)

/** Lets every answer that `pattern` names come late, so that the page stands without it for a while. */
const slowDown = (page: Page, pattern: string) =>
  page.route(pattern, async (route) => {
    await pause(400)
    await route.continue()
  })

/** Waits for the pictures that the page asks for at once, and asserts that nothing has moved by then. */
async function assertSteady(page: Page): Promise<void> {
  await page.locator('main img').first().waitFor()
  await eventually(
    () =>
      page.evaluate<boolean>(`[...document.querySelectorAll('main img[loading=eager]')].every((img) => img.complete)`),
    'the pictures do not come',
  )
  await page.waitForLoadState('networkidle')
  // Two frames on, what the last answer brought has been drawn.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  const shifts = await page.evaluate<Shift[]>('lastShifts()')
  const sum = shifts.reduce((total, { value }) => total + value, 0)
  assert.ok(sum < 0.02, `${page.url()} moves by ${sum}: ${JSON.stringify(shifts, null, 2)}`)
}

/** A model whose gallery holds more pictures than the model itself names, and one that has a single version. */
const addresses = ['/models', '/models/900001', '/models/900004', '/user/sample_inkroom']
for (const [screen, viewport] of Object.entries({ 'wide screen': desktop, phone }))
  for (const [whom, asWhom] of Object.entries({ somebody: { username: 'ada' }, nobody: {} }))
    test(`nothing moves while the hub and its pictures take their time, on a ${screen}, for ${whom} who is signed in`, () =>
      browser.visit(
        async (page) => {
          await watchShifts(page)
          for (const pattern of ['**/api/**', '**/media/**']) await slowDown(page, pattern)
          for (const address of [...addresses, await pictureAddress()]) {
            await page.goto(address)
            await assertSteady(page)
          }
        },
        { viewport, ...asWhom },
      ))

async function pictureAddress(): Promise<string> {
  const { body } = await hub.ask('/api/v1/images?modelId=900001&limit=1')
  const { items } = JSON.parse(body.toString()) as { items: { id: number }[] }
  return `/images/${items[0]?.id}`
}
