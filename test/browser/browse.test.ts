import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startHub } from '../conformance/hub.ts'
import { kinds, levels, tidal, tidalHashes } from '../conformance/library.ts'
import { fillLibrary, longName, oddModels, rightToLeft, vectorsModel } from './browse-library.ts'
import { becomes, countBecomes, desktop, openBrowser, phone, valueBecomes } from './browser.fixture.ts'

const hub = await startHub({ accounts: ['ada', 'bob'] })
const browser = await openBrowser(hub)
before(async () => {
  await fillLibrary(hub.folder)
  await becomes(async () => {
    const [row] = hub.rows(
      "select count(*) as n from model where status = 'Published' and id >= 810000 and id < 811000",
    )
    assert.equal(row?.n, 63)
  })
})
after(async () => {
  await browser.close()
  await hub.close()
})

const cards = (page: Page) => page.getByRole('article')
const card = (page: Page, name: string) => cards(page).filter({ hasText: name })
const searchBox = (page: Page) => page.getByRole('searchbox', { name: /Search models/ })
const isWiderThanScreen = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth')
const paste = async (page: Page, text: string) => {
  await searchBox(page).focus()
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text', ${JSON.stringify(text)})
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
    document.activeElement.dispatchEvent(event)
  })()`)
}

test('the models load with at most 200 KB of compressed scripts', () =>
  browser.visit(async (page) => {
    const sizes: Promise<number>[] = []
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script')
        sizes.push(
          response
            .request()
            .sizes()
            .then(({ responseBodySize }) => responseBodySize),
        )
    })
    await page.goto('/models')
    await cards(page).first().waitFor()
    await page.waitForLoadState('networkidle')
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    console.log(`scripts of /models: ${total} bytes`)
    assert.ok(total > 50_000 && total <= 200_000, `${total} bytes`)
  }))

test('what is typed is searched for, in the address too, and cleared again', () =>
  browser.visit(async (page) => {
    await page.goto('/models')
    await searchBox(page).fill('tidal')
    await page.waitForURL('**/models?query=tidal')
    await card(page, tidal.name).waitFor()
    await countBecomes(cards(page), 1)
    await searchBox(page).fill('nothing is called so')
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Clear filters' }).click()
    await cards(page).nth(20).waitFor()
    await valueBecomes(searchBox(page), '')
    assert.equal(new URL(page.url()).search, '')
  }))

test('filters are in the address, stand as given there, and are taken away one by one', () =>
  browser.visit(async (page) => {
    await page.goto('/models')
    await page.getByLabel('Type').selectOption('VAE')
    await page.waitForURL('**/models?types=VAE')
    await card(page, 'Kind of VAE').waitFor()
    await countBecomes(cards(page), 1)
    await page.getByLabel('Type').selectOption('Upscaler')
    await countBecomes(cards(page), 2)
    await page.reload()
    await countBecomes(cards(page), 2)
    await page.getByRole('button', { name: 'Remove VAE' }).click()
    await countBecomes(cards(page), 1)
    for (const text of ['1e5', '007', '0x10']) {
      await page.goto(`/models?query=${text}&tag=${text}`)
      await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
      await valueBecomes(searchBox(page), text)
      await page.getByRole('button', { name: `Remove Tag: ${text}`, exact: true }).waitFor()
      assert.equal(new URL(page.url()).search, `?query=${text}&tag=${text}`)
    }
    await page.goto('/models?username=007&sort=Newest&tag=study')
    const expected = kinds.filter((_, index) => index % 3 === 0).length
    await countBecomes(cards(page), expected)
    await valueBecomes(page.getByLabel('Sort'), 'Newest')
    await valueBecomes(page.getByRole('complementary', { name: 'Filters' }).getByLabel('Creator'), '007')
  }))

test('scrolling leads to the third page, a model starts at its top, and going back restores the position', () =>
  browser.visit(async (page) => {
    await page.goto('/models?sort=Oldest')
    await cards(page).first().waitFor()
    await becomes(async () => {
      await page.keyboard.press('End')
      assert.ok((await cards(page).count()) > 65, `${await cards(page).count()} cards`)
    })
    const far = cards(page).nth(62).getByRole('link').first()
    await far.scrollIntoViewIfNeeded()
    const at = await page.evaluate<number>('scrollY')
    const name = (await far.textContent()) ?? ''
    await far.click()
    await page.getByRole('heading', { level: 1, name }).waitFor()
    await becomes(async () => assert.equal(await page.evaluate<number>('scrollY'), 0))
    await page.goBack()
    await becomes(async () => assert.ok(Math.abs((await page.evaluate<number>('scrollY')) - at) < 300))
    assert.ok((await cards(page).count()) > 65)
    await becomes(async () => {
      await page.keyboard.press('End')
      await countBecomes(page.getByText(/^That is all/), 1)
    })
  }))

test('a favourite is seen at once, is in the list of favourites, and is undone', () =>
  browser.visit(
    async (page) => {
      await page.goto('/models?query=tidal')
      const heart = page.getByRole('button', { name: `Favourite: ${tidal.name}` })
      await heart.click()
      await page.locator('[aria-pressed=true]').waitFor()
      await page.getByText('Added to your favourites').waitFor()
      await page.goto('/models?favorites=true')
      await card(page, tidal.name).waitFor()
      await countBecomes(cards(page), 1)
      await heart.click()
      await page.getByRole('heading', { name: 'No favourites' }).waitFor()
      await page.getByRole('button', { name: 'Undo' }).click()
      await card(page, tidal.name).waitFor()
    },
    { username: 'ada' },
  ))

test('a favourite that the hub refuses is taken back', () =>
  browser.visit(
    async (page) => {
      await page.goto('/models?query=Bare')
      await page.route('**/api/v1/me/favorites/*', (route) => route.fulfill({ status: 500, json: { error: 'no' } }))
      await page.getByRole('button', { name: 'Favourite: Bare' }).click()
      await page.getByText('This did not work').waitFor()
      await page.locator('[aria-pressed=false]').first().waitFor()
      assert.equal(await page.locator('[aria-pressed=true]').count(), 0)
    },
    { username: 'bob', expectedErrors: /500/ },
  ))

test('a hidden model leaves the list, is in the list of hidden ones, and comes back', () =>
  browser.visit(
    async (page) => {
      await page.goto(`/models/${levels.modelId}`)
      await page.getByRole('button', { name: 'Hide' }).click()
      await page.getByRole('button', { name: 'Show in lists' }).waitFor()
      await page.getByText('Hidden from your lists').waitFor()
      await page.goto('/models?query=Levels')
      await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
      await page.goto('/models?hidden=true')
      await card(page, 'Five Levels').getByRole('link').first().click()
      // The button tells what is wanted before the hub has done it.
      const done = page.waitForResponse((response) => ['POST', 'PUT', 'DELETE'].includes(response.request().method()))
      await page.getByRole('button', { name: 'Show in lists' }).click()
      assert.equal((await done).ok(), true)
      await page.getByRole('button', { name: 'Hide' }).waitFor()
      await page.goto('/models?query=Levels')
      await card(page, 'Five Levels').waitFor()
    },
    { username: 'bob' },
  ))

test('who is not signed in is told so in the place of favourites', () =>
  browser.visit(
    async (page) => {
      await page.goto('/models?favorites=true')
      await page.getByRole('alert').getByText('Sign in first').waitFor()
    },
    { expectedErrors: /401/ },
  ))

test('a model page tells what is known, and its download is the file', () =>
  browser.visit(async (page) => {
    await page.goto(`/model-versions/${tidal.versionId}`)
    await page.waitForURL(`**/models/${tidal.modelId}?modelVersionId=${tidal.versionId}`)
    await page.getByRole('heading', { level: 1, name: tidal.name }).waitFor()
    await page.getByText(tidalHashes.SHA256).first().waitFor()
    for (const word of tidal.words) await page.getByRole('button', { name: `Copy ${word}` }).waitFor()
    await page.getByText(`urn:air:sdxl:checkpoint:civitai:${tidal.modelId}@${tidal.versionId}`).waitFor()
    await page.getByText('The result of a virus scan is not known.').first().waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /^Download \(/ }).click(),
    ])
    assert.deepEqual(await readFile(await download.path()), tidal.bytes)
    await page.getByRole('navigation', { name: 'Versions' }).getByRole('link', { name: 'v1.0' }).click()
    await page.waitForURL(`**/models/${tidal.modelId}?modelVersionId=${tidal.olderVersionId}`)
    await page.getByText('No pictures of this version.').waitFor()
  }))

test('a picture opens with how it was made, its neighbours follow the arrow keys, and Escape leads back', () =>
  browser.visit(async (page) => {
    await page.goto(`/models/${tidal.modelId}?modelVersionId=${tidal.versionId}`)
    await page.getByRole('link', { name: `Picture 1 of ${tidal.name}` }).click()
    await page.waitForURL('**/images/*')
    const first = page.url()
    await page.getByText('tidal light, a quiet harbour').first().waitFor()
    await page.getByText('987654321').waitFor()
    await page.getByRole('complementary').getByRole('link', { name: tidal.name }).first().waitFor()
    await page.getByRole('button', { name: 'Next picture' }).waitFor()
    await page.keyboard.press('ArrowRight')
    await page.waitForURL((url) => url.href !== first)
    await page.keyboard.press('Escape')
    await page.waitForURL(`**/models/${tidal.modelId}?**`)
  }))

test('how a file was trained is told, its tags as a chart', () =>
  browser.visit(async (page) => {
    await page.goto(`/models/${vectorsModel}`)
    await page.getByRole('button', { name: 'Metadata and tensors' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('.recharts-bar-rectangle').first().waitFor()
    await dialog.getByRole('row', { name: 'paper boat 12' }).waitFor({ state: 'attached' })
    await dialog.getByRole('tab', { name: 'Tensors' }).click()
    await dialog.getByRole('cell', { name: 'weight' }).waitFor()
    await dialog.getByRole('tab', { name: 'All metadata' }).click()
    await dialog.getByText('ss_network_dim').waitFor()
  }))

test('an address, an AIR or a hash that is pasted opens what it names; an unknown hash is told', () =>
  browser.visit(
    async (page) => {
      await page.goto('/models')
      const opened = new RegExp(`/models/${tidal.modelId}\\?modelVersionId=${tidal.versionId}$`)
      for (const text of [
        `https://civitai.com/models/${tidal.modelId}?modelVersionId=${tidal.versionId}`,
        `https://civitai.com/api/download/models/${tidal.versionId}?type=Model`,
        `urn:air:sdxl:checkpoint:civitai:${tidal.modelId}@${tidal.versionId}`,
        `civitai:${tidal.modelId}@${tidal.versionId}`,
        `sha256:${tidalHashes.SHA256.toLowerCase()}`,
        tidalHashes.AutoV2,
        tidalHashes.AutoV3.toLowerCase(),
        tidalHashes.BLAKE3,
        tidalHashes.CRC32,
      ]) {
        await page.goto('/tags')
        await page.getByRole('heading', { level: 1, name: 'Tags' }).waitFor()
        await paste(page, text)
        await page.waitForURL(opened)
      }
      await paste(page, 'f'.repeat(64))
      await page.getByText('Not in this library').waitFor()
      await searchBox(page).fill('tidal')
      await searchBox(page).press('Enter')
      await page.waitForURL('**/models?query=tidal')
    },
    { expectedErrors: /404/ },
  ))

test('pictures above PG are not even asked for until somebody wants to see them', () =>
  browser.visit(async (page) => {
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/media/')) asked.push(request.url())
    })
    await page.goto('/models?query=Night')
    await card(page, 'Night Only').getByText('X', { exact: true }).waitFor()
    assert.deepEqual(asked, [])
    await card(page, 'Night Only').getByRole('button', { name: 'Show' }).click()
    await card(page, 'Night Only').locator('img').waitFor()
    assert.equal(new URL(page.url()).pathname, '/models')
    await page.getByLabel('Mature pictures').selectOption('hidden')
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
    await page.getByLabel('Mature pictures').selectOption('shown')
    await page.reload()
    await card(page, 'Night Only').locator('img').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Show' }).count(), 0)
  }))

test('long, right-to-left and emoji names fit at both widths, light and dark', async () => {
  for (const [viewport, colorScheme] of [
    [phone, 'dark'],
    [desktop, 'light'],
  ] as const)
    await browser.visit(
      async (page) => {
        for (const address of [
          '/models?username=odd',
          ...oddModels.map((id) => `/models/${id}`),
          '/user/odd',
          '/creators',
          '/tags',
          `/models/${tidal.modelId}`,
        ]) {
          await page.goto(address)
          await page.getByRole('heading', { level: 1 }).waitFor()
          await page.waitForLoadState('networkidle')
          assert.equal(await isWiderThanScreen(page), false, `${address} at ${viewport.width}`)
        }
        await page.goto('/models?username=odd')
        await card(page, rightToLeft).waitFor()
        await card(page, longName).waitFor()
      },
      { viewport, colorScheme },
    )
})

test('on a phone the filters are in a drawer', () =>
  browser.visit(
    async (page) => {
      await page.goto('/models')
      await page.getByRole('button', { name: 'Filters' }).click()
      const drawer = page.getByRole('dialog')
      await drawer.getByLabel('Type').selectOption('VAE')
      await page.waitForURL('**/models?types=VAE')
      await drawer.getByRole('button', { name: 'Show models' }).click()
      await countBecomes(cards(page), 1)
    },
    { viewport: phone },
  ))

test('creators and tags are searched, and lead to their models', () =>
  browser.visit(async (page) => {
    await page.goto('/creators')
    await page.getByRole('searchbox', { name: 'Search creators' }).fill('salt')
    await page.waitForURL('**/creators?query=salt')
    await page.getByRole('main').getByRole('link', { name: tidal.creator }).click()
    await page.getByRole('heading', { level: 1, name: tidal.creator }).waitFor()
    await card(page, tidal.name).waitFor()
    await page.goto('/tags?query=50%25%20t')
    await page.getByRole('main').getByRole('link', { name: '50% tide' }).click()
    await card(page, tidal.name).waitFor()
    await countBecomes(cards(page), 1)
  }))

test('a hub that fails, or is gone, is told with a way to try again', () =>
  browser.visit(
    async (page) => {
      await page.route('**/api/v1/models?*', (route) => route.fulfill({ status: 500, json: { error: 'It broke' } }))
      await page.goto('/models')
      await page.getByRole('alert').getByText('It broke').waitFor({ timeout: 30_000 })
      await page.unroute('**/api/v1/models?*')
      await page.getByRole('button', { name: 'Try again' }).click()
      await cards(page).first().waitFor()
      await page.route('**/api/v1/models?*', (route) => route.abort())
      await page.goto('/models?query=tidal')
      await page.getByRole('alert').getByText('No answer').waitFor({ timeout: 30_000 })
    },
    { expectedErrors: /500|ERR_FAILED/ },
  ))

test('an empty library, and what is not there, are told as such', () =>
  browser.visit(
    async (page) => {
      await page.route('**/api/v1/models?*', (route) => route.fulfill({ json: { items: [], metadata: {} } }))
      await page.goto('/models')
      await page.getByRole('heading', { name: 'The library is empty' }).waitFor()
      for (const [address, heading] of [
        ['/models/1', 'No such model'],
        ['/models/words', 'No such model'],
        ['/model-versions/1', 'No such model version'],
        ['/images/1', 'No such picture'],
      ] as const) {
        await page.goto(address)
        await page.getByRole('heading', { name: heading }).waitFor()
      }
    },
    { expectedErrors: /40[04]|Model not found/ },
  ))

test('a download that is not to be had is told before', () =>
  browser.visit(
    async (page) => {
      hub.change('update model set downloads_disabled = 1 where id = ?', 810_000)
      hub.change("update model set mode = 'Archived' where id = ?", 810_001)
      hub.change('update model set login_only = 1 where id = ?', 810_002)
      hub.change('update model_version set early_access_ends_at = ? where model_id = ?', Date.now() + 1e9, 810_003)
      for (const [id, reason] of [
        [810_000, /offers no downloads/],
        [810_001, /archived/],
        [810_002, /Sign in to download/],
        [810_003, /early access until/],
      ] as const) {
        await page.goto(`/models/${id}`)
        await page.getByText(reason).waitFor()
        assert.equal(await page.getByRole('link', { name: /^Download \(/ }).count(), 0)
      }
    },
    { expectedErrors: /40[13]/ },
  ))
