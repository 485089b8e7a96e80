import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Endpoint } from '../endpoints/core/define.ts'
import { openRouteMatcher } from './route-matcher.ts'

const find = openRouteMatcher([
  { method: 'GET', path: '/v/by-hash/:hash' },
  { method: 'POST', path: '/v/by-hash/ids' },
  { method: 'PUT', path: '/me/favorites/:modelId' },
  { method: 'DELETE', path: '/me/favorites/:modelId' },
] as Endpoint[])

test('a path allows what its endpoints answer, HEAD with GET, and OPTIONS', () => {
  assert.deepEqual(find('/me/favorites/5')?.allow, ['PUT', 'DELETE', 'OPTIONS'])
  assert.deepEqual(find('/v/by-hash/ABC')?.allow, ['GET', 'HEAD', 'OPTIONS'])
  assert.deepEqual(find('/v/by-hash/ids')?.allow, ['POST', 'GET', 'HEAD', 'OPTIONS'])
})

test('other paths are nobody’s', () => {
  for (const path of ['/v/by-hash', '/v/by-hash/a/b', '/me/favorites/', '/x/v/by-hash/a'])
    assert.equal(find(path), undefined)
})
