import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseLenientJson, UnreadableJson } from './lenient-json.ts'

test('an integer that a number would round becomes a string of its digits, in any field and at any depth', () => {
  for (const digits of [
    '1058310243513826347',
    '18446744073709551615',
    '9007199254740993',
    '9007199254740992',
    '9'.repeat(400),
  ])
    for (const token of [digits, `-${digits}`]) {
      assert.equal(parseLenientJson(token), token)
      assert.deepEqual(parseLenientJson(`{"id": ${token},\r\n"list":[ ${token}\t, {"x":${token}}]}`), {
        id: token,
        list: [token, { x: token }],
      })
    }
})

test('an integer that a number holds exactly stays a number, and so does every fraction', () => {
  for (const token of ['9007199254740991', '-9007199254740991', '0', '-1', '5'])
    assert.equal(parseLenientJson(token), Number(token))
  assert.deepEqual(parseLenientJson('[10583102435138263.5, 1.5e300, 1E-2]'), [10583102435138264, 1.5e300, 0.01])
})

test('NaN and Infinity are absent properties and null in lists, in any layout', () => {
  for (const word of ['NaN', '-NaN', 'Infinity', '-Infinity', '1e999', '-1E999'])
    for (const gap of ['', ' ', '\n', '\t', '\r\n', '\n        ']) {
      const json = `{${gap}"a"${gap}:${gap}${word}${gap},${gap}"b"${gap}:${gap}[${gap}${word}${gap},${gap}1${gap}]${gap},"c":{"d":${word}}}`
      assert.deepEqual(parseLenientJson(json), { b: [null, 1], c: {} }, JSON.stringify(json))
    }
  assert.equal(parseLenientJson('NaN'), null)
})

test('the words inside strings and keys stay as written', () => {
  const texts = [
    'NaN',
    'Infinity, stars',
    'stars, -Infinity',
    '[NaN]',
    ': NaN, ',
    'say "NaN", Infinity',
    'a path C:\\',
    '\\',
    '\\"',
    'x\\", NaN, "',
    '1058310243513826347',
    'sign that reads: NaN, mirror:Infinity, "quoted": -Infinity, end',
  ]
  for (const text of texts) {
    const value = { [text]: text, list: [text, { [text]: [text] }] }
    const json = JSON.stringify(value)
    assert.deepEqual(parseLenientJson(json), value)
    assert.deepEqual(parseLenientJson(json.replace('{', '{"real":NaN,')), value)
  }
})

test('words that only begin like a value, and keys without quotes, are not JSON', () => {
  for (const json of [
    'NaNs',
    'xNaN',
    '1NaN',
    'NaN1',
    '--NaN',
    '{NaN:1}',
    '{"a":Nan}',
    '[Infinity2]',
    '[+Infinity]',
    '1058310243513826347x',
    '01058310243513826347',
    '{"a":1058310243513826347 1}',
    '"NaN',
    '',
    '{',
  ])
    assert.throws(() => parseLenientJson(json), UnreadableJson, json)
})

test('every strict JSON of ordinary numbers is read as the language reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (json) => {
      fc.pre(!/\d{16}/.test(json))
      assert.deepEqual(parseLenientJson(json), JSON.parse(json))
    }),
    { numRuns: 1000 },
  )
})

test('digits and non-finite values survive at any place of any JSON', () => {
  const leaf = fc.oneof(
    fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
    fc.constantFrom('NaN', 'Infinity', '-Infinity').map((word) => ({ word })),
    fc.string(),
    fc.constantFrom('NaN', '"NaN"', '\\', '\\"'),
  )
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'))),
  }))
  fc.assert(
    fc.property(value, fc.constantFrom('', ' ', '\n\t', '\r\n'), (tree, gap) => {
      assert.deepEqual(parseLenientJson(written(tree, gap)), expected(tree))
    }),
    { numRuns: 500 },
  )
})

test('bounds are checked: length, number of values, and depth, beyond which there is null', () => {
  assert.throws(() => parseLenientJson('[1,2]', { maxCharacters: 4 }), /Is too long/)
  assert.throws(() => parseLenientJson('[1,2,3]', { maxValues: 3 }), /Holds more than 3 values/)
  assert.deepEqual(parseLenientJson('[[[[1],2]],[NaN,[{}]]]', { maxDepth: 2 }), [[null], [null, null]])
  const deep = `${'['.repeat(300_000)}1e999${']'.repeat(300_000)}`
  assert.equal(Array.isArray(parseLenientJson(deep)), true)
})

type NonFinite = { word: string }
const isWord = (value: unknown): value is NonFinite =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).join() === 'word' &&
  /^-?(NaN|Infinity)$/.test(String((value as NonFinite).word))

function written(value: unknown, gap: string): string {
  if (isWord(value)) return value.word
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${gap}${value.map((child) => written(child, gap)).join(`${gap},${gap}`)}${gap}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([key, child]) => `${JSON.stringify(key)}${gap}:${gap}${written(child, gap)}`,
  )
  return `{${gap}${members.join(`${gap},${gap}`)}${gap}}`
}

function expected(value: unknown): unknown {
  if (isWord(value)) return null
  if (typeof value === 'bigint')
    return value >= -(2n ** 53n) && value <= 2n ** 53n && Number.isSafeInteger(Number(value))
      ? Number(value)
      : String(value)
  if (Array.isArray(value)) return value.map(expected)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, child]) => (isWord(child) ? [] : [[key, expected(child)]])),
  )
}
