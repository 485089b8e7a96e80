import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startHub } from '../conformance/hub.ts'
import { levels, night, tidal } from '../conformance/library.ts'
import { eventually } from '../eventually.ts'
import { assertAccessible, assertFits } from './axe.fixture.ts'
import { fillLibrary, vectorsModel } from './browse-library.ts'
import { desktop, openBrowser, phone } from './browser.fixture.ts'

const hub = await startHub({ accounts: ['ada'] })
const emptyHub = await startHub()
const browser = await openBrowser(hub)
before(async () => {
  await fillLibrary(hub.folder)
  await eventually(
    async () => hub.rows("select 1 from model where status = 'Published' and id = ?", vectorsModel).length === 1,
    () => 'the library is not read',
  )
})
after(async () => {
  await browser.close()
  await hub.close()
  await emptyHub.close()
})

const main = (page: Page) => page.getByRole('main')
const showButton = (page: Page) => main(page).getByRole('button', { name: 'Show', exact: true })

/** Each page that is open to everybody, and what is on it once it is whole. */
const pages: [address: string, isWhole: (page: Page) => Promise<unknown>][] = [
  ['/models', (page) => page.getByRole('article').nth(20).waitFor()],
  ['/models?query=Night&types=LORA', (page) => showButton(page).waitFor()],
  ['/models?query=nobody+is+called+so', (page) => page.getByRole('heading', { name: 'Nothing found' }).waitFor()],
  [`/models/${tidal.modelId}`, (page) => page.getByRole('link', { name: `Picture 1 of ${tidal.name}` }).waitFor()],
  [`/models/${levels.modelId}`, (page) => showButton(page).first().waitFor()],
  [`/models/${vectorsModel}`, (page) => main(page).getByText('plain words').waitFor()],
  [
    `/images/${tidal.versionId * 100}?modelVersionId=${tidal.versionId}`,
    (page) => main(page).getByText('tidal light, a quiet harbour').first().waitFor(),
  ],
  [`/images/${night.versionId * 100}`, (page) => showButton(page).waitFor()],
  ['/images/1', (page) => page.getByRole('heading', { name: 'No such picture' }).waitFor()],
  ['/creators', (page) => main(page).getByRole('link', { name: tidal.creator }).waitFor()],
  [`/user/${encodeURIComponent(tidal.creator)}`, (page) => page.getByRole('article').first().waitFor()],
  ['/tags', (page) => main(page).getByRole('link', { name: '50% tide' }).waitFor()],
  ['/test-token', (page) => page.getByRole('textbox', { name: 'API key' }).waitFor()],
]

// Each colour scheme and each width once: what is drawn in a colour does not change with the width.
for (const [look, options] of Object.entries({
  'light and wide': { colorScheme: 'light', viewport: desktop },
  'dark on a phone': { colorScheme: 'dark', viewport: phone },
} as const)) {
  const settled = { ...options, reducedMotion: 'reduce', expectedErrors: /40[04]/ } as const

  test(`the pages of the library keep nobody out, ${look}`, () =>
    browser.visit(
      async (page) => {
        for (const [address, isWhole] of pages) {
          await page.goto(address)
          await isWhole(page)
          await assertAccessible(page)
          await assertFits(page)
        }
      },
      { ...settled, username: 'ada' },
    ))

  test(`what a file's header says keeps nobody out, ${look}`, () =>
    browser.visit(async (page) => {
      await page.goto(`/models/${vectorsModel}`)
      await page.getByRole('button', { name: 'Metadata and tensors' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.locator('.recharts-bar-rectangle').first().waitFor()
      await assertAccessible(page)
      await dialog.getByRole('tab', { name: 'Tensors' }).click()
      await dialog.getByRole('cell', { name: 'weight' }).waitFor()
      await assertAccessible(page)
      await dialog.getByRole('tab', { name: 'All metadata' }).click()
      await dialog.getByText('ss_network_dim').waitFor()
      await assertAccessible(page)
    }, settled))

  test(`the first run keeps nobody out, ${look}`, () =>
    browser.visit(
      async (page) => {
        await page.goto('/setup')
        await page.getByLabel('Setup code').waitFor()
        await assertAccessible(page)
        await assertFits(page)
      },
      { ...settled, baseURL: emptyHub.origin },
    ))
}

for (const colorScheme of ['light', 'dark'] as const)
  test(`the drawers of a phone keep nobody out, ${colorScheme}`, () =>
    browser.visit(
      async (page) => {
        await page.goto('/models')
        await page.getByRole('button', { name: 'Filters' }).click()
        await page.getByRole('dialog').getByLabel('Type').waitFor()
        await assertAccessible(page)
        await page.getByRole('button', { name: 'Close' }).click()
        await page.getByRole('dialog').waitFor({ state: 'detached' })
        await page.getByRole('button', { name: 'Menu' }).click()
        await page.getByRole('dialog').getByRole('link', { name: 'Creators' }).waitFor()
        await assertAccessible(page)
      },
      { username: 'ada', colorScheme, viewport: phone, reducedMotion: 'reduce' },
    ))
