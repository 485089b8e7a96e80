import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startHub } from '../conformance/hub.ts'
import { putEntry } from '../conformance/library.ts'
import { safetensors } from '../conformance/model-file.ts'
import { becomes, openBrowser, phone } from './browser.fixture.ts'
import { withMetadata } from './model-metadata.ts'

const hub = await startHub({ accounts: ['ada'] })
const browser = await openBrowser(hub)
before(async () => {
  await putEntry(hub.folder, { stem: 'plain', bytes: safetensors('plain', 300) })
  await putEntry(hub.folder, {
    stem: 'named',
    bytes: withMetadata(safetensors('named', 300), { 'modelspec.license': 'apache-2.0' }),
  })
  for (const [index, commercialUse] of [['None'], ['Image']].entries())
    await putEntry(hub.folder, {
      stem: `stated${index}`,
      bytes: safetensors(`stated ${index}`, 300),
      site: {
        modelId: 830_000 + index,
        versionId: 840_000 + index,
        model: `Stated ${index}`,
        commercialUse,
        type: 'LORA',
        baseModel: 'Pony',
        creator: 'mia',
        publishedAt: '2024-01-02T00:00:00.000Z',
      },
    })
  await becomes(async () => {
    const [row] = hub.rows(
      "select count(*) as n from model where name in ('plain', 'named', 'Stated 0', 'Stated 1') and status = 'Published'",
    )
    assert.equal(row?.n, 4)
  })
})
after(async () => {
  await browser.close()
  await hub.close()
})

const idOf = (name: string) => Number(hub.rows(`select id from model where name = '${name}'`)[0]?.id)
const details = async (page: Page, name: string) => {
  await page.goto(`/models/${idOf(name)}`)
  await page.getByText('License', { exact: true }).waitFor()
  await becomes(async () => assert.equal(await page.locator('dl .mantine-Skeleton-root').count(), 0))
  return (await page.locator('dl').allInnerTexts()).join('\n')
}

test('a model without metadata is shown without claims about license, type, base model, creator or scans', () =>
  browser.visit(
    async (page) => {
      const facts = await details(page, 'plain')
      assert.match(facts, /License\s+License not stated/)
      assert.match(facts, /Base model\s+Not stated/)
      assert.match(facts, /File date/)
      assert.doesNotMatch(facts, /commercial|credited|terms|Published/i)
      const whole = (await page.getByRole('main').textContent()) ?? ''
      assert.match(whole, /Unknown type/i)
      assert.match(whole, /default creator/)
      assert.doesNotMatch(whole, /clean|scan found nothing|Nobody looked/)
      await page.getByText('No pictures of this version').waitFor()
      for (const name of ['Description', 'About this version'])
        assert.equal(await page.getByRole('heading', { name }).count(), 0, `no empty section "${name}"`)
    },
    { viewport: phone },
  ))

test('"No commercial use" and other permissions are shown where metadata states them', () =>
  browser.visit(async (page) => {
    assert.match(await details(page, 'Stated 0'), /No commercial use\./)
    const allowed = await details(page, 'Stated 1')
    assert.match(allowed, /Commercial use allowed: selling images\./)
    assert.match(allowed, /Published/)
    assert.match(await details(page, 'named'), /The file names the license: apache-2\.0/)
  }))
