import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { glob, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Hub, startHub } from './conformance/hub.ts'

/*
 * The examples of the guides, run as they stand: each block of shell, and what the block behind it says that it prints.
 */

const run = promisify(execFile)
const guides = await Array.fromAsync(glob('docs/guides/*.md', { cwd: fileURLToPath(new URL('..', import.meta.url)) }))
const shownOrigin = 'http://127.0.0.1:3333'

let hub: Hub
let token: string
before(async () => {
  hub = await startHub({ sample: true, accounts: ['ada'] })
  token = await hub.createToken('ada')
})
after(() => hub.close())

assert.ok(guides.length >= 4)
for (const guide of guides)
  test(`the examples of ${basename(guide)} print what it says`, async () => {
    const text = await readFile(new URL(`../${guide}`, import.meta.url), 'utf8')
    const examples = [...text.matchAll(/^```sh\n(.*?)^```\n+^```\n(.*?)^```$/gms)]
    assert.equal(examples.length, text.match(/^```sh$/gm)?.length, 'each example says what it prints')
    for (const [, script = '', expected = ''] of examples) {
      const { stdout } = await run('sh', ['-ec', script], { env: { ...process.env, HUB: hub.origin, TOKEN: token } })
      const printed = stdout.replaceAll('\r', '').replaceAll(hub.origin, shownOrigin)
      assert.equal(printed.trimEnd(), expected.trimEnd(), script)
    }
  })
