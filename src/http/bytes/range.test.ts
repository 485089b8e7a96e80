import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesIfRange, parseRange } from './range.ts'

test('the four single forms, and several ranges in the order asked', () => {
  assert.deepEqual(parseRange('bytes=0-', 10), [{ first: 0, last: 9 }])
  assert.deepEqual(parseRange('bytes=4-', 10), [{ first: 4, last: 9 }])
  assert.deepEqual(parseRange('bytes=4-6', 10), [{ first: 4, last: 6 }])
  assert.deepEqual(parseRange('bytes=-3', 10), [{ first: 7, last: 9 }])
  assert.deepEqual(parseRange('BYTES=8-8, 0-1 ,', 10), [
    { first: 8, last: 8 },
    { first: 0, last: 1 },
  ])
})

test('ends are cut to the file, and a suffix longer than it is all of it', () => {
  assert.deepEqual(parseRange('bytes=4-99', 10), [{ first: 4, last: 9 }])
  assert.deepEqual(parseRange('bytes=-99', 10), [{ first: 0, last: 9 }])
  assert.deepEqual(parseRange(`bytes=3-${'9'.repeat(400)}`, 10), [{ first: 3, last: 9 }])
})

test('what lies past the end, or ends before it begins, cannot be satisfied', () => {
  for (const header of [
    'bytes=10-',
    'bytes=10-12',
    'bytes=-0',
    'bytes=5-2',
    `bytes=${'9'.repeat(400)}-`,
    'bytes=11-,12-13',
  ])
    assert.equal(parseRange(header, 10), 'unsatisfiable', header)
  assert.equal(parseRange('bytes=0-', 0), 'unsatisfiable')
  assert.deepEqual(parseRange('bytes=50-60,2-3', 10), [{ first: 2, last: 3 }])
})

test('other units, malformed headers and none at all mean the whole file', () => {
  for (const header of [
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=,',
    'bytes=a-b',
    'bytes=1-2-3',
    'bytes=--1',
    'bytes=1',
    'items=0-1',
    'bytes=0x1-2',
    'bytes=-1.5',
    'bytes=1 -2',
  ])
    assert.equal(parseRange(header, 10), 'whole', String(header))
})

test('many ranges, or more bytes than the file has, are answered with the whole file', () => {
  assert.equal(parseRange(`bytes=${Array.from({ length: 17 }, (_, index) => `${index}-${index}`)}`, 100), 'whole')
  assert.equal(parseRange('bytes=0-9,0-9', 10), 'whole')
})

test('If-Range holds for the same strong validator alone', () => {
  assert.ok(matchesIfRange(undefined, '"a"'))
  assert.ok(matchesIfRange('"a"', '"a"'))
  for (const header of ['"b"', 'W/"a"', 'Wed, 21 Oct 2015 07:28:00 GMT', '', '*'])
    assert.ok(!matchesIfRange(header, '"a"'), header)
})

test('any header gives the whole, 416, or ranges inside the file that a naive slicer agrees with', () => {
  const bytes = Buffer.from(Array.from({ length: 50 }, (_, index) => index))
  const number = fc.oneof(fc.nat(60), fc.constant(''), fc.constant(2 ** 60))
  const part = fc.tuple(number, number).map(([from, to]) => ({ from, to, text: `${from}-${to}` }))
  fc.assert(
    fc.property(fc.nat(50), part, (size, { from, to, text }) => {
      const parsed = parseRange(`bytes=${text}`, size)
      const file = bytes.subarray(0, size)
      if (from === '' && to === '') return assert.equal(parsed, 'whole')
      const expected =
        from === ''
          ? to === 0
            ? Buffer.alloc(0)
            : file.subarray(-Number(to))
          : file.subarray(Number(from), to === '' ? undefined : Number(to) + 1)
      if (expected.length === 0) return assert.equal(parsed, 'unsatisfiable')
      assert.ok(Array.isArray(parsed) && parsed.length === 1)
      const [range] = parsed
      assert.deepEqual(range && file.subarray(range.first, range.last + 1), expected)
    }),
  )
  fc.assert(
    fc.property(fc.string(), fc.nat(50), (text, size) => {
      const parsed = parseRange(`bytes=${text}`, size)
      if (Array.isArray(parsed))
        for (const { first, last } of parsed) assert.ok(first >= 0 && first <= last && last < size)
    }),
  )
})
