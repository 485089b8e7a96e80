import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { chromium } from 'playwright-core'
import { type HubServerFixture, withHubServer } from './hub-server.fixture.ts'
import { programs } from './programs.ts'

/** Names on disk, and what aria2 makes of those whose bytes it takes for Latin-1. */
const names = {
  ascii: 'fox_v1.2.safetensors',
  spaces: 'my fox (new).safetensors',
  latin1: 'café élan.safetensors',
  cyrillic: 'Модель ночь.safetensors',
  japanese: 'モデル 夜.safetensors',
  alsoJapanese: 'モデル 朝.safetensors',
  chinese: '模型.safetensors',
  emoji: 'fox 🦊.safetensors',
}
const mojibake = (name: string) => Buffer.from(name, 'utf8').toString('latin1')

const files = Object.values(names).map((name) => ({ name, bytes: randomBytes(100_000) }))

/** Adds every file as a version of its own; gives each with the URL of its download. */
const addFiles = (hub: HubServerFixture) =>
  Promise.all(
    files.map(async ({ name, bytes }) => {
      const { versionId } = await hub.addFile(name, bytes)
      return { name, bytes, url: `${hub.origin}/api/download/models/${versionId}` }
    }),
  )

/** Runs a program on all URLs in one empty directory; gives what it saved there, by name. */
async function saved(program: string, line: readonly string[]): Promise<Map<string, Buffer>> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-client-'))
  try {
    const env = { ...process.env, LC_ALL: 'C.UTF-8' }
    const child = spawn(program, line, { cwd: directory, env, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
    })
    const [code] = await once(child, 'close')
    assert.equal(code, 0, said)
    const entries = await readdir(directory)
    return new Map(
      await Promise.all(entries.map(async (name) => [name, await readFile(join(directory, name))] as const)),
    )
  } finally {
    await rm(directory, { recursive: true })
  }
}

function assertSaved(found: ReadonlyMap<string, Buffer>, nameOf: (name: string) => string = (name) => name) {
  assert.deepEqual([...found.keys()].sort(), files.map(({ name }) => nameOf(name)).sort())
  for (const { name, bytes } of files) assert.ok(found.get(nameOf(name))?.equals(bytes), name)
}

test('curl -LOJ, wget and aria2 save the true names with the right bytes', () =>
  withHubServer(async (hub) => {
    const urls = (await addFiles(hub)).map(({ url }) => url)
    assertSaved(await saved(programs.curl, ['-sfL', ...urls.flatMap((url) => ['-OJ', url])]))
    assertSaved(await saved(programs.wget, ['-q', '--content-disposition', ...urls]))
    const aria2 = ['-q', '--no-conf', '-x16', '-s16', '-k1M', '--force-sequential=true', ...urls]
    // UTF-8 of which each byte is a printable Latin-1 character is Latin-1 to aria2, unless it is told otherwise.
    assertSaved(await saved(programs.aria2, aria2), (name) => (name === names.latin1 ? mojibake(name) : name))
    assertSaved(await saved(programs.aria2, ['--content-disposition-default-utf8=true', ...aria2]))
  }))

test('a browser saves the true names with the right bytes', () =>
  withHubServer(async (hub) => {
    const downloads = await addFiles(hub)
    const browser = await chromium.launch({
      executablePath: programs.chromium,
      args: ['--no-sandbox', '--disable-gpu'],
    })
    try {
      const found = new Map<string, Buffer>()
      for (const { url } of downloads) {
        const page = await browser.newPage()
        const download = page.waitForEvent('download')
        await page.goto(url).catch(() => undefined) // a navigation that becomes a download ends with an error
        const file = await download
        found.set(file.suggestedFilename(), await readFile(await file.path()))
        await page.close()
      }
      assertSaved(found)
    } finally {
      await browser.close()
    }
  }))

test('scripts that parse the header or the redirect by hand get a usable name', () =>
  withHubServer(async (hub) => {
    for (const { name, url } of await addFiles(hub)) {
      const redirect = await hub.request(url.slice(hub.origin.length))
      const location = new URL(redirect.headers.get('location') ?? '')
      const inUrl = location.searchParams.get('response-content-disposition') ?? ''
      // fetch, like Python, decodes header values as Latin-1.
      const inHeader = (await fetch(location)).headers.get('content-disposition') ?? ''
      for (const [header, expected] of [
        [inUrl, name],
        [inHeader, mojibake(name)],
        [mojibake(inUrl), mojibake(name)],
      ] as const) {
        const trim = (text: string | undefined) => text?.replace(/^"|"$/g, '')
        assert.equal(trim(header.split('filename=').at(-1)), expected, 'after the last filename=')
        assert.equal(trim(header.split('=')[1]), expected, 'between the first two equals signs')
      }
    }
  }))
