import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAnswerCache } from './answer-cache.ts'

const answer = (text: string) => ({ body: Buffer.from(text), headers: {}, etag: `"${text}"` })

test('a kept answer is found until the catalog changes', () => {
  let revision = 1
  const cache = openAnswerCache({ maxBytes: 10_000, catalogRevision: () => revision })
  cache.put('/a', answer('one'), { seconds: 300, revision: 1 })
  assert.equal(cache.get('/a').kept?.etag, '"one"')
  revision = 2
  assert.equal(cache.get('/a').kept, undefined)
})

test('an answer made before a change is not kept after it', () => {
  let revision = 1
  const cache = openAnswerCache({ maxBytes: 10_000, catalogRevision: () => revision })
  revision = 2
  cache.put('/a', answer('old'), { seconds: 300, revision: 1 })
  assert.equal(cache.get('/a').kept, undefined)
})

test('it holds no more bytes than it may', () => {
  const cache = openAnswerCache({ maxBytes: 5000, catalogRevision: () => 1 })
  for (const key of ['/a', '/b', '/c']) cache.put(key, answer('x'.repeat(2000)), { seconds: 300, revision: 1 })
  assert.equal(cache.get('/a').kept, undefined)
  assert.ok(cache.get('/c').kept)
})
