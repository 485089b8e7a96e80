import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { bearerCredentials, headerMistake } from './authorization-header.ts'
import { createTokenText } from './tokens/token-format.ts'

const key = createTokenText(randomBytes)
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

const mistakes: [header: string, description: RegExp][] = [
  [key, /scheme Bearer is missing/],
  [`  ${key} `, /scheme Bearer is missing/],
  [`Bearer${key}`, /space is missing after the scheme Bearer/],
  [`Token ${key}`, /scheme Token is not accepted, use Bearer/],
  [`token ${key}`, /scheme Token is not accepted/],
  [`Token: ${key}`, /scheme Token is not accepted/],
  [`ApiKey ${key}`, /scheme ApiKey is not accepted/],
  [`AWS4-HMAC-SHA256 Credential=${key}/x, Signature=y`, /scheme AWS4-HMAC-SHA256 is not accepted/],
  [`Something ${key}`, /The scheme is not accepted, use Bearer/],
  [`${key} ${key}`, /The scheme is not accepted, use Bearer/],
  [`Bearer Bearer ${key}`, /Bearer occurs twice/],
  [`bearer BEARER  ${key}`, /Bearer occurs twice/],
  [`Bearer Bearer: ${key}`, /Bearer occurs twice/],
  [`Bearer "${key}"`, /key is in quotes or brackets/],
  [`Bearer '${key}'`, /key is in quotes or brackets/],
  [`Bearer <${key}>`, /key is in quotes or brackets/],
  [`Bearer [${key}]`, /key is in quotes or brackets/],
  [`Bearer "${key}`, /key is in quotes or brackets/],
  [`"Bearer ${key}"`, /value is in quotes or brackets/],
  [`Bearer: ${key}`, /without the colon/],
  [`Bearer:${key}`, /without the colon/],
  [`Bearer=${key}`, /without the equals sign/],
  [`Authorization: Bearer ${key}`, /repeats the name of the header/],
  [`Bearer token ${key}`, /contains a space/],
  [basic(`${key}:`), /Basic is not accepted.*Bearer header/],
  [basic(`user:${key}`), /Basic is not accepted.*Bearer header/],
]

test('each mistake is described, and its key is found', () => {
  for (const [header, description] of mistakes) {
    const mistake = headerMistake(header)
    assert.match(mistake?.description ?? '', description, header)
    assert.deepEqual(mistake?.keys, [key], header)
  }
})

test('the description is the same for any key, and holds none', () => {
  const other = createTokenText(randomBytes)
  for (const [header] of mistakes) {
    const description = headerMistake(header)?.description ?? ''
    const encoded = /^Basic (.*)$/.exec(header)?.[1]
    const exchanged =
      encoded === undefined
        ? header.replaceAll(key, other)
        : basic(Buffer.from(encoded, 'base64').toString().replace(key, other))
    assert.equal(headerMistake(exchanged)?.description, description, header)
    if (encoded === undefined)
      assert.equal(headerMistake(header.replaceAll(key, 'x'))?.description, description, header)
    assert.ok(!description.includes(key.slice(3)))
  }
})

test('a header in the right form, and an empty one, show no mistake', () => {
  for (const header of [
    `Bearer ${key}`,
    `bearer   ${key}`,
    'Bearer x',
    'Bearer null',
    '',
    ' ',
    ',',
    `Basic x, Bearer ${key}`,
  ])
    assert.equal(headerMistake(header), undefined, header)
  assert.match(headerMistake('Bearer')?.description ?? '', /No key follows/)
  assert.match(headerMistake('Basic')?.description ?? '', /Basic is not accepted/)
})

test('a description fits into a quoted string of WWW-Authenticate, whatever the header is', () => {
  const pieces = fc.constantFrom('Bearer', 'Token', 'Basic', key, '"', '\\', "'", '<', ',', ' ', ':', '\t', 'é', '=')
  const headers = fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
    fc.string(),
  )
  fc.assert(
    fc.property(headers, (header) => {
      const { description = 'x', keys = [] } = headerMistake(header) ?? {}
      assert.match(description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
      assert.ok(keys.length <= 2)
    }),
    { numRuns: 2000 },
  )
})

test('a long hostile header is read in linear time', () => {
  const hostile = ['"\\', '\\"', ',"', '" ', 'Bearer ,', "Basic '", `${key},`]
  for (const piece of hostile) {
    // Quadratic time would take minutes.
    const text = piece.repeat(1_000_000 / piece.length)
    assert.equal(bearerCredentials(text), undefined, piece)
    assert.notEqual(headerMistake(text)?.description, '', piece)
  }
})
