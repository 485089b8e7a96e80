import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type TokenKind, tokenPrefixes } from '../auth/tokens/token-format.ts'
import { corruptToken, createToken } from './scan.fixture.ts'
import { openTokenFinder, type TokenHit } from './token-finder.ts'

/** Finds the tokens of a content that arrives in pieces of these lengths, with a small window. */
function find(content: Buffer | string, pieces: readonly number[] = [content.length], windowBytes = 512): TokenHit[] {
  const bytes = Buffer.from(content)
  const hits: TokenHit[] = []
  const finder = openTokenFinder(windowBytes)
  finder.begin({ onHit: (hit) => hits.push(hit) })
  let at = 0
  for (let turn = 0; at < bytes.length; turn++) {
    const length = pieces[turn % pieces.length] || 1
    finder.push(bytes.subarray(at, at + length))
    at += length
  }
  finder.end()
  return hits
}

const token = fc.constantFrom(...(Object.keys(tokenPrefixes) as TokenKind[])).map(createToken)
/** Lines of text without tokens. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.constantFrom('mk_', 'mkp_', '\n', '\r\n', 'mk_0aZ'),
      token.map(corruptToken),
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => parts.join('\n'))
const pieces = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 })

test('a token in any text is found once, with its line and column, however the text is split', () => {
  fc.assert(
    fc.property(text, token, text, pieces, (before, secret, after, lengths) => {
      const hits = find(`${before}${secret}${after}`, lengths)
      assert.equal(hits.length, 1)
      const [{ line, column, lastFour } = assert.fail()] = hits
      const lines = before.split('\n')
      assert.deepEqual(
        { line, column, lastFour },
        { line: lines.length, column: Buffer.byteLength(lines.at(-1) ?? '') + 1, lastFour: secret.slice(-4) },
      )
    }),
    { numRuns: 500 },
  )
})

test('a token at each offset around the ends of two windows is found once, in every encoding', () => {
  const secret = createToken()
  for (let before = 0; before < 1200; before++) {
    const lines = `${' '.repeat(before)}\n ${secret}${' '.repeat(700)}`
    const wide = Buffer.from(`\ufeff${lines}`, 'utf16le')
    for (const windowBytes of [512, 513])
      for (const bytes of [Buffer.from(lines), wide, Buffer.from(wide).swap16()])
        assert.deepEqual(
          find(bytes, [bytes.length], windowBytes).map(({ line, column }) => [line, column]),
          [[2, 2]],
        )
  }
})

test('a token in any bytes is found once', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 3000 }),
      token,
      fc.uint8Array({ maxLength: 3000 }),
      pieces,
      (a, secret, b, cut) => {
        const bytes = Buffer.concat([a, Buffer.from(secret), b])
        assert.deepEqual(
          find(bytes, cut).map(({ lastFour }) => lastFour),
          [secret.slice(-4)],
        )
      },
    ),
  )
})

test('a token with one character changed is not found', () => {
  const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  fc.assert(
    fc.property(token, fc.nat(49), fc.constantFrom(...base62, ' ', '_'), (secret, place, other) => {
      fc.pre(place < secret.length && secret[place] !== other)
      assert.deepEqual(find(`a ${secret.slice(0, place)}${other}${secret.slice(place + 1)} b`), [])
    }),
    { numRuns: 2000 },
  )
})

test('UTF-16 of either order is read, with lines and columns of characters', () => {
  fc.assert(
    fc.property(text, token, pieces, fc.boolean(), (before, secret, lengths, isBig) => {
      // 上 and Ċ contain the byte of a line feed.
      const bytes = Buffer.from(`\ufeff上Ċ\u0a0d${before} ${secret} `, 'utf16le')
      const hits = find(isBig ? bytes.swap16() : bytes, lengths)
      const lines = `上Ċ\u0a0d${before} `.split('\n')
      assert.deepEqual(
        hits.map(({ line, column }) => [line, column]),
        [[lines.length, (lines.at(-1) ?? '').length + 1]],
      )
    }),
  )
})

test('a token is found whatever stands next to it', () => {
  const secret = createToken()
  const forms = [
    '#',
    '=#&',
    '"#"',
    '/#/',
    'é#é',
    '%3D#%26',
    '%253d#',
    'key_#',
    '9#x',
    '# #',
    '##',
    '#,#',
    'Bearer\t#\r\n',
  ]
  const escapes = [
    String.raw`\n#\n`,
    String.raw`\u003d#\u0026`,
    String.raw`{"source": ["token = \"#\"\n"]}`,
    '\u001b[32m#\u001b[0m',
  ]
  for (const form of [...forms, ...escapes])
    assert.equal(find(form.replaceAll('#', secret)).length, form.split('#').length - 1, form)
  const wide = (form: string) => find(Buffer.from(form.replace('#', secret), 'utf16le')).length
  assert.deepEqual(['x#', '#x', '海#海', '\ufeff # ', '%3D#'].map(wide), [1, 1, 1, 1, 1])
})

test('tokens in strings of binary formats are found, whatever is next to them', () => {
  const secret = createToken()
  // A short string of pickle, one of protobuf, and two columns of an SQLite record.
  for (const before of ['\x80\x04\x95\0\0\x8c1', '\0\x0a1', '\0laptop'])
    assert.equal(find(Buffer.from(`${before}${secret}2030-01-01`, 'latin1')).length, 1, before)
})

test('random text of token characters has no tokens', () => {
  const near = fc.string({ unit: fc.constantFrom('mk', '_', 'mk_', 'mkp_', 'a', '0', 'Z'), maxLength: 400 })
  fc.assert(fc.property(fc.oneof(text, near), (content) => void assert.deepEqual(find(content), [])))
})

test('a string with the shape of a token and a wrong checksum is no token', () => {
  assert.deepEqual(find(`${corruptToken(createToken())} mk_${'0'.repeat(46)}\n${createToken().slice(0, -1)}`), [])
})

test('rereading to count lines happens only after a finding and gives the same result', () => {
  const lines = Array.from({ length: 400 }, (_, index) => `line ${index + 1}`)
  lines[150] = ` ${createToken()}`
  lines[390] = createToken()
  const bytes = Buffer.from(lines.join('\n'))
  const hits: TokenHit[] = []
  const asked: number[] = []
  const finder = openTokenFinder(512)
  finder.begin({
    onHit: (hit) => hits.push(hit),
    *reread(from, to) {
      asked.push(from)
      for (let at = from; at < to; at += 64) yield bytes.subarray(at, Math.min(at + 64, to))
    },
  })
  finder.push(bytes)
  finder.end()
  assert.deepEqual(
    hits.map(({ line, column }) => [line, column]),
    [
      [151, 2],
      [391, 1],
    ],
  )
  assert.equal(asked.length, 2)
})
