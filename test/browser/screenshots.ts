import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { type Hub, startHub } from '../conformance/hub.ts'
import { desktop, openBrowser, phone } from './browser.fixture.ts'

// Run as a program: makes the pictures of docs/images anew, of the sample library, at both widths; those that are named, or all.

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url))

/** Every main page: its address, and what is to be seen on it before the picture is taken. */
interface Screen {
  name: string
  path: string
  sign: (page: Page) => ReturnType<Page['getByText']>
  /** Nobody is signed in. */
  anonymous?: true
  /** What is done on the page first. */
  act?: (page: Page) => Promise<unknown>
}

const text = (words: string | RegExp) => (page: Page) => page.getByText(words).first()
const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { name }).first()

/** Before anybody has an account. */
const firstScreens: Screen[] = [
  { name: 'setup', path: '/setup#K7QX-M2PA', sign: heading('Set up this hub'), anonymous: true },
]

const screens = (modelId: number, imageId: number): Screen[] => [
  { name: 'activity', path: '/user/account?tab=activity', sign: text('A sign-in with the password failed') },
  { name: 'audit', path: '/owner/audit', sign: text('A sign-in with the password failed') },
  { name: 'sessions', path: '/user/account?tab=sessions', sign: text('This session') },
  { name: 'models', path: '/models', sign: (page) => page.getByRole('article').nth(3) },
  { name: 'model', path: `/models/${modelId}`, sign: heading('Gallery') },
  { name: 'image', path: `/images/${imageId}`, sign: text('Prompt') },
  { name: 'creators', path: '/creators', sign: heading('Creators') },
  { name: 'tags', path: '/tags', sign: heading('Tags') },
  { name: 'login', path: '/login', sign: (page) => page.getByLabel('Username or e-mail address'), anonymous: true },
  { name: 'api-keys', path: '/user/account?tab=api-keys', sign: text('laptop') },
  {
    name: 'add-api-key',
    path: '/user/account?addApiKey&name=Image%20generator&scope=ReadOnly',
    sign: (page) => page.getByRole('button', { name: 'Add key' }),
  },
  { name: 'security', path: '/user/account?tab=security', sign: text('Second factor') },
  { name: 'test-token', path: '/test-token', sign: heading('Test an API key') },
  { name: 'accounts', path: '/owner/accounts', sign: text('grace@example.org') },
  { name: 'library', path: '/owner/library', sign: text('Up to date') },
  { name: 'access', path: '/owner/access?anonymous=closed', sign: heading('Would be refused') },
  { name: 'reference', path: '/docs', sign: heading('API reference') },
  { name: 'endpoint', path: '/docs/models', sign: (page) => page.getByRole('button', { name: 'Try it' }).first() },
  {
    name: 'new-api-key',
    path: '/user/account?addApiKey&name=Image%20generator&scope=ReadOnly',
    act: (page) => page.getByRole('button', { name: 'Add key' }).click(),
    sign: (page) => page.getByTestId('secret'),
  },
]

const named = process.argv.slice(2)
await mkdir(folder, { recursive: true })
// Only the screenshots: the folder also holds the chart of docs/performance.md.
if (named.length === 0)
  for (const file of await readdir(folder)) if (file.endsWith('.png')) await rm(`${folder}${file}`)
await withHub({ sample: true }, (hub) => takeAll(hub, firstScreens))
await withHub({ sample: true, accounts: ['ada', 'grace', 'linus'] }, async (hub) => {
  await settle(hub)
  const [model, image] = [
    await firstId(hub, '/api/v1/models?types=LORA&sort=Oldest'),
    await firstId(hub, '/api/v1/images?withMeta=true', ({ meta }) => !!meta?.prompt),
  ]
  await takeAll(hub, screens(model, image))
})

async function withHub(options: Parameters<typeof startHub>[0], work: (hub: Hub) => Promise<void>): Promise<void> {
  const hub = await startHub(options)
  try {
    await work(hub)
  } finally {
    await hub.close()
  }
}

async function takeAll(hub: Hub, screens: Screen[]): Promise<void> {
  const wanted = screens.filter(({ name }) => named.length === 0 || named.includes(name))
  const browser = await openBrowser(hub)
  try {
    for (const [username, of] of [
      [undefined, wanted.filter(({ anonymous }) => anonymous)],
      ['ada', wanted.filter(({ anonymous }) => !anonymous)],
    ] as const) {
      if (of.length === 0) continue
      // One sign-in for each width: a hub takes few of one address.
      const person = { reducedMotion: 'reduce', ...(username !== undefined && { username }) } as const
      await browser.visit(
        (narrow) =>
          browser.visit(
            async (wide) => {
              for (const screen of of) {
                await take(wide, screen, 1440)
                await take(narrow, screen, 390)
              }
            },
            { ...person, viewport: desktop },
          ),
        { ...person, viewport: phone },
      )
    }
  } finally {
    await browser.close()
  }
}

async function take(page: Page, { name, path, sign, act }: Screen, width: number): Promise<void> {
  // From an empty page, so that nothing of the screen before is left.
  await page.goto('about:blank')
  await page.goto(path)
  await act?.(page)
  await sign(page).waitFor()
  await page.waitForLoadState('networkidle')
  const picture = sharp(await page.screenshot({ animations: 'disabled' }))
  await writeFile(`${folder}${name}-${width}.png`, await picture.png({ palette: true, effort: 10 }).toBuffer())
  console.log(`${name}-${width}.png`)
}

/** An owner with keys, a month of their use, and something in the audit log. */
async function settle({ ask, change, command, createToken, rows }: Hub): Promise<void> {
  change("UPDATE account SET role = 'owner' WHERE username = 'ada'")
  await createToken('ada', '--name', 'backup script', '--query-policy', 'never', '--network', '10.20.0.0/16')
  const generator = await createToken('ada', '--name', 'Image generator', '--scope', 'ReadOnly')
  const laptop = await createToken('ada', '--name', 'laptop', '--expires', '90d')
  await ask('/api/v1/me', { token: laptop, headers: { 'user-agent': 'curl/8.5.0' } })
  await ask(`/api/v1/models?token=${generator}`, { headers: { 'user-agent': 'python-requests/2.32' } })
  await ask('/api/v1/models', { headers: { 'user-agent': 'a1111-civitai-browser/6.2' } })
  await ask('/api/v1/tags', { headers: { 'user-agent': 'curl/8.5.0' } })
  await command('user', 'mute', 'linus')
  await command('user', 'unmute', 'linus')
  for (const username of ['ada', 'grace'])
    await ask('/api/auth/sign-in/username', {
      method: 'POST',
      headers: { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0' },
      json: { username, password: 'not the password' },
    })
  const today = Math.floor(Date.now() / 86_400_000)
  for (const { token_id, id } of rows('SELECT token_id, id FROM token_secret WHERE id > 1'))
    for (let ago = 1; ago < 30; ago++)
      change(
        'INSERT INTO token_day (token_id, secret_id, day, requests) VALUES (?, ?, ?, ?)',
        Number(token_id),
        Number(id),
        today - ago,
        Math.round(60 + 40 * Math.sin(ago / 3) - ago),
      )
}

/** The number of the first of a list that fits. */
async function firstId({ ask }: Hub, path: string, fits: (item: Item) => boolean = () => true): Promise<number> {
  const { items } = JSON.parse((await ask(path)).body.toString()) as { items: Item[] }
  const first = items.find(fits)
  if (!first) throw new Error(`${path} has nothing to show`)
  return first.id
}

interface Item {
  id: number
  meta?: { prompt?: string } | null
}
