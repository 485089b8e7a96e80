import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readTarget } from './request-target.ts'

test('an ordinary target is taken as it came', () => {
  for (const target of ['/', '/api/v1/models?a=b%23&c', '//a//b', '/http://x/y'])
    assert.deepEqual(readTarget(target), { target })
})

test('the absolute form gives its host and the rest', () => {
  assert.deepEqual(readTarget('http://hub.test:80/a?b=/c'), { target: '/a?b=/c', host: 'hub.test:80' })
  assert.deepEqual(readTarget('HTTPS://hub.test'), { target: '/', host: 'hub.test' })
  assert.deepEqual(readTarget('http://hub.test?a=b'), { target: '/?a=b', host: 'hub.test' })
  assert.deepEqual(readTarget('http:///a'), { target: '/a', host: '' })
})

test('a fragment is dropped, with what follows it', () => {
  assert.deepEqual(readTarget('/a?b=c#d?token=e'), { target: '/a?b=c' })
  assert.deepEqual(readTarget('http://hub.test#/a'), { target: '/', host: 'hub.test' })
})

test('whatever is sent, the target begins with a slash and holds no fragment', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { target } = readTarget(text)
      assert.ok(target.startsWith('/') && !target.includes('#'))
    }),
  )
  assert.deepEqual(readTarget('*'), { target: '/*' })
})
