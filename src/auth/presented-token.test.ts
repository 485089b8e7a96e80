import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { presentedToken } from './presented-token.ts'

const inHeader = (text: string) => ({ text, form: 'header' })
const inQuery = (text: string) => ({ text, form: 'query' })
const of = (authorization?: string, queryToken?: string) => presentedToken({ authorization, queryToken })

test('the scheme word may be in any letter case, with any spaces around the token', () => {
  for (const header of ['Bearer T', 'bearer T', 'BEARER T', 'bEaReR T', 'Bearer   T', '  Bearer T  ', 'Bearer\tT'])
    assert.deepEqual(of(header), inHeader('T'), header)
})

test('the header wins over the query', () => {
  assert.deepEqual(of('Bearer H', 'Q'), inHeader('H'))
})

test('a header with nothing behind the scheme word leaves the query to speak', () => {
  for (const header of [undefined, '', ' ', 'Bearer', 'Bearer ', 'T', ',', 'Bearer , bearer'])
    assert.deepEqual(of(header, 'Q'), inQuery('Q'), String(header))
  assert.equal(of('Bearer '), undefined)
})

test('the query form is trimmed, and empty is absent', () => {
  assert.deepEqual(of(undefined, ' Q '), inQuery('Q'))
  assert.equal(of(undefined, '  '), undefined)
  assert.equal(of(undefined, undefined), undefined)
})

test('the words of clients that have no key set are tokens nobody has', () => {
  for (const word of ['null', 'undefined', 'None']) assert.deepEqual(of(`Bearer ${word}`, 'Q'), inHeader(word))
})

test('a header of another scheme counts as absent', () => {
  for (const header of [
    'Basic T',
    'bAsIc T',
    'Token T',
    'Digest username="x", response="y"',
    'Negotiate T',
    'NTLM T',
    'ApiKey T',
    'AWS4-HMAC-SHA256 Credential=T/x, SignedHeaders=host, Signature=y',
    'Bearer: T',
    '"Bearer T"',
    'Digest username="a, Bearer T", realm="\\", Bearer T"',
    'Digest username="a, Bearer T',
  ]) {
    assert.deepEqual(of(header, 'Q'), inQuery('Q'), header)
    assert.equal(of(header), undefined, header)
  }
})

test('a Bearer header next to one of another scheme decides', () => {
  for (const header of ['Basic x, Bearer T', 'Bearer T, Basic x', 'Digest a="1", b="2", bearer T', 'Basic,Bearer T'])
    assert.deepEqual(of(header, 'Q'), inHeader('T'), header)
})

test('of a repeated header the first that holds a token counts', () => {
  assert.deepEqual(of('Bearer A, Bearer B'), inHeader('A'))
  assert.deepEqual(of('Bearer, Bearer B'), inHeader('B'))
  assert.deepEqual(of('Bearer A,Bearer A'), inHeader('A'))
})

test('no header and no query, however hostile, makes it throw', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.string({ maxLength: 50 }).map((text) => `Bearer ${text.repeat(200)}`),
    fc.constantFrom(' '.repeat(10_000), `${','.repeat(10_000)}`, `Bearer ${'\0'.repeat(10_000)}`),
  )
  fc.assert(
    fc.property(fc.option(hostile, { nil: undefined }), fc.option(hostile, { nil: undefined }), (header, query) => {
      const found = presentedToken({ authorization: header, queryToken: query })
      assert.ok(found === undefined || found.text === found.text.trim())
    }),
  )
})

test('of any header and any query, the first Bearer with credentials decides, then the query', () => {
  const pieces = fc.constantFrom('Bearer', 'bEARER', 'Basic', 'mk_T', 'x', 'é', ',', ',', ' ', ' ', '\t', '\u00a0', '=')
  const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''))
  const presented = fc.option(fc.oneof(texts, fc.string({ maxLength: 20 })), { nil: undefined })
  fc.assert(
    fc.property(presented, presented, (authorization, queryToken) => {
      const found = of(authorization, queryToken)
      assert.deepEqual(found, expected(authorization, queryToken))
      assert.ok(!/^\s|\s$/.test(found?.text ?? ''))
    }),
    { numRuns: 5000 },
  )
})

/** `Bearer`, a space, and something after it, between commas: by one pattern. Quoted strings have tests of their own. */
function expected(authorization = '', queryToken = '') {
  if (authorization.includes('"')) return of(authorization, queryToken)
  const [, text] = /(?:^|,)\s*bearer\s+([^\s,](?:[^,]*[^\s,])?)/i.exec(authorization) ?? []
  if (text !== undefined) return inHeader(text)
  const [query] = /\S(?:.*\S)?/su.exec(queryToken) ?? []
  return query === undefined ? undefined : inQuery(query)
}
