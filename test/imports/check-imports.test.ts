import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findForbiddenImports } from './check-imports.ts'
import type { ImportTable } from './import-table.ts'

const table: ImportTable = {
  folders: { 'src/low': [], 'src/high': ['src/low'] },
  packages: { fastify: ['src/high'] },
  gateways: ['web/src/gateway.ts'],
}

const check = async (file: string, source: string) =>
  (await findForbiddenImports([file], table, async () => source)).map(({ specifier, reason }) => [specifier, reason])

test('imports inside a folder, down the table and of unlisted packages are allowed', async () => {
  for (const source of [`import a from './b.ts'`, `import a from '../low/a.ts'`, `import { z } from 'zod'`])
    assert.deepEqual(await check('src/high/a.ts', source), [], source)
})

test('each form of an upward import is found', async () => {
  for (const source of [
    `import { a } from '../high/a.ts'`,
    `import type { A } from '../high/a.ts'`,
    `export { a } from '../high/a.ts'`,
    `export * from '../high/a.ts'`,
    `const a = await import('../high/a.ts')`,
    `new Worker(new URL('../high/a.ts', import.meta.url))`,
  ])
    assert.deepEqual(
      await check('src/low/a.ts', source),
      [['../high/a.ts', 'src/low may import from: no other folder']],
      source,
    )
})

test('a folder without a row is closed in both directions', async () => {
  assert.deepEqual(await check('src/new/a.ts', `import a from '../low/a.ts'`), [
    ['../low/a.ts', 'src/new has no row in the import table'],
  ])
  assert.deepEqual(await check('src/high/a.ts', `import a from '../new/a.ts'`), [
    ['../new/a.ts', 'src/high may import from: src/low'],
  ])
})

test('an import of a variable is not mistaken for a package', async () => {
  assert.deepEqual(await check('src/low/a.ts', 'await import(_fastify_)'), [])
})

test('a package with a row is imported only from its places', async () => {
  assert.deepEqual(await check('src/high/a.ts', `import 'fastify'`), [])
  assert.deepEqual(await check('src/low/a.ts', `import 'fastify/types'`), [
    ['fastify/types', 'only src/high may import fastify'],
  ])
})

test('the web app imports from src through its gateway only', async () => {
  const source = `import { a } from '../../src/low/a.ts'`
  assert.deepEqual(await check('web/src/gateway.ts', source), [])
  assert.deepEqual(await check('web/src/page.ts', source), [
    ['../../src/low/a.ts', 'only web/src/gateway.ts may import from src'],
  ])
})

test('unit tests may import anything, fixtures may not', async () => {
  const source = `import a from '../high/a.ts'`
  assert.deepEqual(await check('src/low/a.test.ts', source), [])
  assert.equal((await check('src/low/a.fixture.ts', source)).length, 1)
})
