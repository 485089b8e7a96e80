import assert from 'node:assert/strict'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { password, startHub } from '../conformance/hub.ts'
import { openBrowser, valueBecomes } from './browser.fixture.ts'

const hub = await startHub()
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
})

/** The link that the starting hub printed. */
function setupLink(): URL {
  const link = /http:\/\/\S+\/setup#\S+/.exec(hub.printed())?.[0]
  assert.ok(link, hub.printed())
  return new URL(link)
}

test('before set-up, the start page leads to set-up', () =>
  browser.visit(async (page) => {
    await page.goto('/')
    await page.waitForURL('**/setup')
    await page.getByLabel('Setup code').waitFor()
  }))

test('a wrong setup code makes no account, and what was typed stays', () =>
  browser.visit(
    async (page) => {
      await page.goto('/setup#AAAA-AAAA')
      await page.getByLabel('Username').fill('ada')
      await page.getByLabel('E-mail address').fill('ada@example.org')
      await page.getByRole('textbox', { name: 'Password' }).fill(password)
      await page.getByRole('button', { name: 'Make the account' }).click()
      await page.getByRole('alert').getByText('The setup code is not right').waitFor()
      await valueBecomes(page.getByLabel('Username'), 'ada')
      await page.goto('/login')
      await page.getByText('Nobody has an account yet').waitFor()
    },
    { expectedErrors: /403/ },
  ))

test('the printed link makes the owner, and ends on the library as it fills', () =>
  browser.visit(async (page) => {
    const { hash } = setupLink()
    await page.goto(`/setup${hash}`)
    await page.waitForURL((url) => url.hash === '')
    await valueBecomes(page.getByLabel('Setup code'), hash.slice(1))
    await page.getByLabel('Username').fill('ada')
    await page.getByLabel('E-mail address').fill('ada@example.org')
    await page.getByRole('textbox', { name: 'Password' }).fill(password)
    await page.getByRole('button', { name: 'Make the account' }).click()
    await page.getByRole('heading', { name: 'Your library', exact: true }).waitFor()
    const kept = await page.evaluate<string>(
      'document.referrer + JSON.stringify([history.state, localStorage, sessionStorage])',
    )
    assert.ok(!kept.includes(hash.slice(1)), kept)
    await page.getByText(hub.folder, { exact: true }).waitFor()

    await writeLargeModel(join(hub.folder, 'large.safetensors'))
    await page.getByText('Reading model files').waitFor()
    await page.getByText('large', { exact: true }).waitFor()
    const figures = page.locator('dl')
    await figures.getByText(/^\d+ of \d+$/).waitFor()
    await figures.getByText(/ of 64 GB$/).waitFor()
    await figures.getByText(/ [MG]B\/s$/).waitFor()
    await figures.getByText(/ (?:s|min)/).waitFor()
  }))

test('a hub that has an owner is not set up again', () =>
  browser.visit(async (page) => {
    await page.goto('/setup')
    await page.getByText('This hub has been set up').waitFor()
    assert.equal(await page.getByLabel('Setup code').count(), 0)
  }))

/** A model of 64 GB with nothing in it and on the disk: long enough to be seen while it is read. */
async function writeLargeModel(path: string): Promise<void> {
  const bytes = 64e9
  const header = JSON.stringify({ tensor: { dtype: 'U8', shape: [bytes], data_offsets: [0, bytes] } })
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  await writeFile(path, Buffer.concat([length, Buffer.from(header)]))
  await truncate(path, 8 + header.length + bytes)
}
