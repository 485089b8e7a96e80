import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isChunkError, mayReload, reloadOnce } from './reload.ts'

test('errors of missing code are told apart from others, as each browser words them', () => {
  for (const message of [
    'Failed to fetch dynamically imported module: http://hub/assets/page-1.js',
    'error loading dynamically imported module: http://hub/assets/page-1.js',
    'Importing a module script failed.',
    'Unable to preload CSS for /assets/page-1.css',
  ])
    assert.ok(isChunkError(new TypeError(message)), message)
  for (const error of [new TypeError('x is not a function'), new Error('Failed to fetch'), 'text', undefined])
    assert.ok(!isChunkError(error))
})

test('a tab is reloaded automatically once, and again only after a minute', () => {
  assert.ok(mayReload(null, 0))
  assert.ok(!mayReload('1000', 60_999))
  assert.ok(mayReload('1000', 61_000))
  const values = new Map<string, string>()
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  } as Storage
  let reloads = 0
  const reload = () => void reloads++
  assert.deepEqual(
    [100_000, 100_001, 159_999, 160_000].map((now) => reloadOnce(() => storage, reload, now)),
    [true, false, false, true],
  )
  assert.equal(reloads, 2)
})

test('without storage nothing reloads, since nothing would stop a loop', () => {
  const refused = () => {
    throw new DOMException('denied', 'SecurityError')
  }
  assert.equal(
    reloadOnce(refused, () => assert.fail('reloaded'), 0),
    false,
  )
})
