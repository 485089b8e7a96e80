import assert from 'node:assert/strict'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'
import { type Hub, password } from '../conformance/hub.ts'
import { eventually } from '../eventually.ts'
import { programs } from '../programs.ts'

/** A real browser over a real hub. Close it in the test file's `after`. */
export interface TestBrowser {
  browser: Browser
  /** Runs `use` on a page of a person of their own, who is signed in as `username` when one is given. The page must end without an error. */
  visit(use: (page: Page) => Promise<void>, options?: VisitOptions): Promise<void>
  close(): Promise<void>
}

export interface VisitOptions extends BrowserContextOptions {
  username?: string
  /** Texts of console errors that the test brings about itself. */
  expectedErrors?: RegExp
  /** Another origin that the visit leads to. */
  elsewhere?: string
}

/** The two widths that every page has to work at. */
export const phone = { width: 390, height: 844 }
export const desktop = { width: 1440, height: 900 }

export async function openBrowser(hub: Pick<Hub, 'origin'>): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: programs.chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  })
  return {
    browser,
    async visit(use, { username, expectedErrors, elsewhere, baseURL = hub.origin, ...options } = {}) {
      const context = await browser.newContext({ baseURL, viewport: desktop, ...options })
      try {
        if (username !== undefined) {
          const signedIn = await context.request.post('/api/auth/sign-in/username', {
            data: { username, password },
            headers: { origin: baseURL },
          })
          assert.equal(signedIn.status(), 200, await signedIn.text())
        }
        const page = await context.newPage()
        const errors: string[] = []
        page.on('pageerror', (error) => errors.push(String(error)))
        page.on('console', (message) => {
          if (message.type() === 'error' && !expectedErrors?.test(message.text())) errors.push(message.text())
        })
        page.on('request', (request) => {
          const { origin, protocol } = new URL(request.url())
          if (origin !== baseURL && origin !== elsewhere && protocol !== 'blob:')
            errors.push(`asked elsewhere: ${request.url()}`)
        })
        await use(page)
        assert.deepEqual(errors, [])
      } finally {
        await context.close()
      }
    },
    close: () => browser.close(),
  }
}

/** Waits until an assertion holds, and fails as it does. What a page shows changes at any moment: a list empties while the next one is fetched. */
export async function becomes(assertion: () => Promise<void>): Promise<void> {
  let failure: unknown
  const holds = () =>
    assertion().then(
      () => true,
      (error: unknown) => {
        failure = error
        return false
      },
    )
  await eventually(holds, () => String(failure))
}

export const countBecomes = (elements: Locator, count: number): Promise<void> =>
  becomes(async () => assert.equal(await elements.count(), count))

export const valueBecomes = (field: Locator, value: string): Promise<void> =>
  becomes(async () => assert.equal(await field.inputValue(), value))
