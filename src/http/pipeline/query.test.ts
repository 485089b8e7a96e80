import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTokenText } from '../../auth/tokens/token-format.ts'
import { hasQueryToken, parseQuery } from './query.ts'

test('empty values are as if absent, repeated ones are kept in order', () => {
  assert.deepEqual(
    { ...parseQuery('/m?tag=&types=A&types=B&query=a+b%20c')?.query },
    { types: ['A', 'B'], query: ['a b c'] },
  )
})

test('the token is taken out, the first of several counts, and its presence is told even when it is empty', () => {
  assert.equal(parseQuery('/m?token=a&token=b')?.token, 'a')
  assert.equal(parseQuery('/m?token=')?.token, '')
  assert.equal(parseQuery('/m?tokens=a')?.token, undefined)
  assert.equal(parseQuery('/m?token=a')?.query.token, undefined)
})

test('broken percent-encoding and bytes that are no UTF-8 give nothing', () => {
  for (const target of ['/m?a=%', '/m?a=%zz', '/m?a=%ff', '/m?%c3=1']) assert.equal(parseQuery(target), undefined)
})

test('names of object members are ordinary names', () => {
  assert.deepEqual(parseQuery('/m?__proto__=1&constructor=2')?.query.constructor, ['2'])
})

test('what URLSearchParams writes is read back', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed())
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word)), (pairs) => {
      const asked = parseQuery(`/m?${new URLSearchParams(pairs)}`)
      const expected = Map.groupBy(
        pairs.filter(([name]) => name !== 'token'),
        ([name]) => name,
      )
      for (const [name, values] of expected)
        assert.deepEqual(
          asked?.query[name],
          values.map(([, value]) => value),
        )
    }),
  )
})

test('the text of a token counts under every name and in every encoding', () => {
  const token = createTokenText(randomBytes)
  const encoded = token.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
  for (const name of ['token', 'token[]', 'token%5B%5D', 'Token', 'access_token', 'api_key', 'query'])
    for (const text of [token, encoded, `Bearer+${token}`]) assert.ok(hasQueryToken(`/m?limit=1&${name}=${text}`), name)
  assert.ok(hasQueryToken(`/m?${token}`))
  for (const target of [
    '/m',
    `/m/${token}`,
    '/m?query=mk_short',
    `/m?query=${token.slice(0, -6)}000000`,
    '/m?query=mk%5F',
  ])
    assert.ok(!hasQueryToken(target), target)
})
