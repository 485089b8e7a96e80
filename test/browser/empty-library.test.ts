import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startHub } from '../conformance/hub.ts'
import { openBrowser } from './browser.fixture.ts'

test('an empty folder says that it is empty, where it is and what belongs there', async () => {
  const empty = await startHub({ accounts: ['ada'], library: async () => undefined })
  const visitor = await openBrowser(empty)
  try {
    empty.change("update account set role = 'owner' where username = 'ada'")
    await visitor.visit(
      async (page) => {
        for (const path of ['/models', '/owner/library']) {
          await page.goto(path)
          page.setDefaultTimeout(15_000)
          const main = page.getByRole('main')
          await main.getByText(empty.folder, { exact: true }).waitFor()
          await main.getByText(/is empty/).waitFor()
          await main.getByText('.safetensors', { exact: true }).waitFor()
        }
      },
      { username: 'ada' },
    )
    await visitor.visit(async (page) => {
      await page.goto('/')
      await page.waitForURL('**/models')
      await page.getByText('This hub has no models yet').waitFor()
      assert.ok(!(await page.content()).includes(empty.folder))
    })
  } finally {
    await visitor.close()
    await empty.close()
  }
})
