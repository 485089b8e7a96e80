import assert from 'node:assert/strict'
import { access, glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const checkout = fileURLToPath(new URL('..', import.meta.url))

test('every file that the documentation links to is there', async () => {
  const broken: string[] = []
  for await (const document of glob(['*.md', 'docs/**/*.md', 'test/**/*.md'], { cwd: checkout })) {
    const text = await readFile(join(checkout, document), 'utf8')
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g))
      await access(join(checkout, dirname(document), link)).catch(() => broken.push(`${document}: ${link}`))
  }
  assert.deepEqual(broken, [])
})
