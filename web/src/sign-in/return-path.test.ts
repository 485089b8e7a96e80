import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { returnPath } from './return-path.ts'

test('a path of the hub is gone to, with its query', () => {
  for (const path of ['/', '/model-versions/5', '/models/1?modelVersionId=5', '/a%5Cb', '/api/download/models/5#x'])
    assert.equal(returnPath(path), path)
})

test('what leads elsewhere, or nowhere, goes to the models', () => {
  for (const asked of [
    null,
    undefined,
    '',
    'models/1',
    '//evil.test',
    '///evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    '\\/evil.test',
    '/\t/evil.test',
    '/\n\\evil.test',
    '\t//evil.test',
    ' //evil.test',
    '/..//evil.test',
    '/.//evil.test',
    '/x/..//evil.test',
    '/%2e%2e//evil.test',
    'https://evil.test/',
    'https:evil.test',
    'HTTPS:/evil.test',
    'javascript:alert(1)',
    '//',
    '/\\',
    '//[',
  ])
    assert.equal(returnPath(asked), '/models', JSON.stringify(asked))
})

test('whatever is asked, a browser stays on the hub and no header is broken', () => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2e',
    '@',
    ':',
    '\t',
    '\r\n',
    'evil.test',
    'https',
    '?',
    '#',
    ' ',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (pieces) => {
      const path = returnPath(pieces.join(''))
      assert.match(path, /^\/(?![/\\])[\x21-\x7e]*$/)
      assert.equal(new URL(path, 'https://hub.example').origin, 'https://hub.example')
    }),
    { numRuns: 2000 },
  )
})
