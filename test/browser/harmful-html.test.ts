import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startHub } from '../conformance/hub.ts'
import { tidal } from '../conformance/library.ts'
import { eventually } from '../eventually.ts'
import { openBrowser, type VisitOptions } from './browser.fixture.ts'
import { harmfulHtml } from './harmful-html.ts'
import { fillHarmful, harmfulModels } from './harmful-library.ts'

const hub = await startHub()
const browser = await openBrowser(hub)
before(async () => {
  await fillHarmful(hub.folder)
  const isRead = (id: number) =>
    hub.rows("select 1 from model where status = 'Published' and id = ?", id).length === 1 &&
    hub.rows('select 1 from image where model_id = ?', id).length === 1
  await eventually(() => harmfulModels.every(({ modelId }) => isRead(modelId)), 'the library is not read')
})
after(async () => {
  await browser.close()
  await hub.close()
})

/** A visit in which nothing may run or open. Of the content policy too it ends without a complaint. */
const visit = (use: (page: Page) => Promise<void>, options: VisitOptions = {}) =>
  browser.visit(async (page) => {
    const opened: string[] = []
    page.on('dialog', (dialog) => {
      opened.push(dialog.message())
      void dialog.dismiss()
    })
    page.on('popup', (popup) => opened.push(popup.url()))
    await use(page)
    await page.waitForLoadState('networkidle')
    assert.equal(await page.evaluate('globalThis.ran'), undefined)
    assert.deepEqual(opened, [])
    assert.equal(await page.evaluate('document.baseURI'), page.url())
  }, options)

/** What is in the description under `title`, pressed all over, that could run, ask elsewhere or cover the page. */
const findHarm = (page: Page, title: string) =>
  page.evaluate<string[]>(`(() => {
    const tags = 'P BR HR H1 H2 H3 H4 H5 H6 BLOCKQUOTE PRE CODE SPAN DIV STRONG B EM I U S DEL SUB SUP MARK SMALL UL OL LI A TABLE THEAD TBODY TR TH TD'.split(' ')
    const attributes = 'href title start target rel'.split(' ')
    const isHarmful = (element) =>
      element.namespaceURI !== 'http://www.w3.org/1999/xhtml' ||
      element.shadowRoot !== null ||
      !tags.includes(element.tagName) ||
      [...element.attributes].some(({ name }) => !attributes.includes(name)) ||
      (element.hasAttribute('href') && !['http:', 'https:', 'mailto:'].includes(element.protocol)) ||
      (element.tagName === 'A' && (element.target !== '_blank' || !element.relList.contains('noopener')))
    const all = [...document.querySelectorAll('section[aria-label="${title}"] > [dir=auto] *')]
    for (const element of all) if (element.tagName !== 'A') element.click?.()
    return all.filter(isHarmful).map((element) => element.outerHTML)
  })()`)

const textOf = async (page: Page) => (await page.locator('body').textContent()) ?? ''

async function assertShown(page: Page, texts: readonly string[]): Promise<void> {
  const shown = await textOf(page)
  for (const text of texts) assert.ok(shown.includes(text), `not shown as it is: ${text}`)
}

const answered = async (page: Page, path: string) => await (await page.request.get(path)).json()

for (const { kind, modelId, vectors } of harmfulModels)
  test(`names, tags, words, prompts and metadata are text, and of a description only the harmless is left: ${kind}`, () =>
    visit(async (page) => {
      const model = await answered(page, `/api/v1/models/${modelId}`)
      const [version] = model.modelVersions
      await page.goto(`/models/${modelId}`)
      await page.getByRole('region', { name: 'Description' }).getByText('plain words').first().waitFor()
      await page.getByRole('link', { name: /^Picture 1 of/ }).waitFor()
      assert.match(await page.title(), / - modelkeep$/)
      assert.ok([model.name, version.name].every((name) => name.includes(vectors[0])))
      // Some are one tag: letter case and the kind of space make no other.
      assert.ok(model.tags.length > vectors.length / 2 && version.trainedWords.length > vectors.length / 2)
      await assertShown(page, [model.name, model.creator.username, ...model.tags, ...version.trainedWords])
      assert.deepEqual(await findHarm(page, 'Description'), [])

      await page.getByRole('button', { name: 'Metadata and tensors' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.locator('.recharts-bar-rectangle').first().waitFor()
      await dialog.getByRole('tab', { name: 'All metadata' }).click()
      await dialog.getByText('ss_tag_frequency').waitFor()
      const { entries } = await answered(page, `/api/v1/model-files/${version.files[0].id}/metadata`)
      assert.ok(entries.length >= vectors.length)
      await assertShown(
        page,
        entries.flatMap(({ name, value }: { name: string; value: string }) => [name, value]),
      )
      await page.keyboard.press('Escape')

      const { items } = await answered(page, `/api/v1/images?modelId=${modelId}&withMeta=true`)
      await page.goto(`/images/${items[0].id}`)
      await page.getByRole('heading', { name: 'Prompt', exact: true }).waitFor()
      assert.ok(items[0].meta.prompt.includes(vectors[0]))
      await assertShown(page, [items[0].meta.prompt, items[0].meta.negativePrompt])

      await page.goto(`/user/${encodeURIComponent(model.creator.username)}`)
      await page.getByRole('article').first().waitFor()
      await assertShown(page, [model.creator.username, model.name])
      await page.goto(`/models?tag=${encodeURIComponent(model.tags[0])}`)
      await page.getByRole('article').first().waitFor()
      await assertShown(page, [model.tags[0], model.name])
    }))

test('the lists of everything are text too', () =>
  visit(async (page) => {
    for (const list of ['/creators', '/tags']) {
      await page.goto(list)
      await page.getByRole('main').getByRole('link').first().waitFor()
    }
    await page.goto('/models')
    await page.getByRole('article').first().waitFor()
    await page.getByLabel('Tag', { exact: true }).fill('<script')
    await page.locator('datalist option').first().waitFor({ state: 'attached' })
  }))

for (const [kind, all] of Object.entries(harmfulHtml))
  test(`were a description not cleaned by the hub, it would be by the page: ${kind}`, () =>
    visit(
      async (page) => {
        await page.route(`**/api/v1/models/${tidal.modelId}`, async (route) => {
          const answer = await route.fetch()
          const model = await answer.json()
          const modelVersions = all.map((html, index) => ({
            ...model.modelVersions[0],
            id: 1_900_000_000 + index,
            name: `Attempt ${index}`,
            files: [],
            description: `${html}<p>end ${index}</p>`,
          }))
          await route.fulfill({ response: answer, json: { ...model, modelVersions } })
        })
        // Of versions that are not there the hub knows nothing else.
        await page.route('**/api/v1/images?*', (route) => route.fulfill({ json: { items: [], metadata: {} } }))
        await page.route('**/api/v1/model-versions/19*/base-model', (route) =>
          route.fulfill({ json: { modelId: tidal.modelId, baseModel: 'Other', source: 'default', setAside: [] } }),
        )
        await page.goto(`/models/${tidal.modelId}`)
        for (const [index, html] of all.entries()) {
          await page.getByRole('link', { name: `Attempt ${index}`, exact: true }).click()
          await page.locator('[aria-current]', { hasText: new RegExp(`^Attempt ${index}$`) }).waitFor()
          assert.deepEqual(await findHarm(page, 'About this version'), [], html)
          assert.equal(await page.evaluate('globalThis.ran'), undefined, html)
        }
        assert.equal(await page.title(), `${tidal.name} - modelkeep`)
      },
      // So that nothing but the cleaning stands between a description and the page.
      { bypassCSP: true },
    ))
