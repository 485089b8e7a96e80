import assert from 'node:assert/strict'
import { access, glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { auditKinds } from '../src/audit/kinds.ts'

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

test('the audit log is described kind by kind', async () => {
  const text = await readFile(join(checkout, 'docs/audit.md'), 'utf8')
  const [, table = ''] = /## Kinds\n(.*?)\n## /s.exec(text) ?? []
  const named = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)])
  assert.deepEqual(named.map(([, kind]) => kind).toSorted(), auditKinds.toSorted())
})
