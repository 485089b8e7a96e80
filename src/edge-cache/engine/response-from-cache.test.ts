import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, date, requestWith, storedFrom } from './exchange.fixture.ts'
import type { HeaderFields } from './message.ts'
import { responseFromCache } from './response-from-cache.ts'

const changed = date(-600)
const whole = { 'cache-control': 'max-age=60', etag: '"a"', 'last-modified': changed, 'content-type': 'text/plain' }

/** The status, and what is sent of the ten digits, of an answer to a GET with these fields. */
function told(request: HeaderFields, stored: HeaderFields = whole, method = 'GET'): string {
  const { status, body } = responseFromCache(storedFrom(stored), requestWith(request, { method }), after(3))
  return `${status} ${body}`.trim()
}

test('RFC 9111 §4, §5.1: an answer from the store has its age in whole seconds, and the fields it came with', () => {
  const answer = responseFromCache(storedFrom({ ...whole, age: '30', a: ['1', '2'] }), requestWith(), after(3.7))
  assert.deepEqual(answer, {
    status: 200,
    headers: { ...whole, date: date(), a: ['1', '2'], age: '33' },
    body: Buffer.from('0123456789'),
  })
  assert.equal(
    responseFromCache(storedFrom({ ...whole, age: 'old' }), requestWith(), after(3)).headers.age,
    String(2 ** 31),
  )
})

test('RFC 9110 §9.3.2: HEAD is answered as GET without the body', () => {
  const { status, headers, body } = responseFromCache(
    storedFrom({ ...whole, 'content-length': '10' }),
    requestWith({}, { method: 'HEAD' }),
    after(0),
  )
  assert.deepEqual([status, headers['content-length'], body.length], [200, '10', 0])
})

const conditions: [title: string, request: HeaderFields, expected: string, stored?: HeaderFields][] = [
  ['9110 §13.1.2: the tag', { 'if-none-match': '"a"' }, '304'],
  ['9110 §13.1.2: another tag', { 'if-none-match': '"b"' }, '200 0123456789'],
  ['9110 §13.1.2: one of several', { 'if-none-match': '"b", W/"c,d" ,"a"' }, '304'],
  ['9110 §13.1.2: several lines', { 'if-none-match': ['"b"', '"a"'] }, '304'],
  ['9110 §13.1.2: any', { 'if-none-match': '*' }, '304'],
  ['9110 §8.8.3.2: a weak tag for a strong one', { 'if-none-match': 'W/"a"' }, '304'],
  ['9110 §8.8.3.2: a strong tag for a weak one', { 'if-none-match': '"a"' }, '304', { ...whole, etag: 'W/"a"' }],
  ['9110 §13.1.2: no tag', { 'if-none-match': '"a"' }, '200 0123456789', { ...whole, etag: undefined }],
  [
    '9111 §4.3.2: If-None-Match before the date',
    { 'if-none-match': '"b"', 'if-modified-since': date() },
    '200 0123456789',
  ],
  ['9111 §4.3.2: unchanged since', { 'if-modified-since': changed }, '304'],
  ['9111 §4.3.2: unchanged since later', { 'if-modified-since': date(-1) }, '304'],
  ['9111 §4.3.2: changed since', { 'if-modified-since': date(-601) }, '200 0123456789'],
  ['9110 §13.1.3: what is no date', { 'if-modified-since': 'today' }, '200 0123456789'],
  ['9110 §13.1.3: several dates', { 'if-modified-since': [date(), date()] }, '200 0123456789'],
  [
    '9111 §4.3.2: Date for a missing Last-Modified',
    { 'if-modified-since': date() },
    '304',
    { 'cache-control': 'max-age=60' },
  ],
  [
    '9111 §4.3.2: a Date that is later',
    { 'if-modified-since': date(-1) },
    '200 0123456789',
    { 'cache-control': 'max-age=60' },
  ],
]
for (const [title, request, expected, stored] of conditions)
  test(`RFC ${title}: ${expected}`, () => {
    assert.equal(told(request, stored), expected)
    assert.equal(told(request, stored, 'HEAD'), expected.slice(0, 3))
  })

test('RFC 9110 §13.2.1: conditions and ranges count for answers that succeeded alone', () => {
  const request = requestWith({ 'if-none-match': '"a"', range: 'bytes=0-1' })
  assert.equal(responseFromCache(storedFrom(whole, { status: 404 }), request, after(0)).status, 404)
})

test('RFC 9110 §15.4.5: a 304 has what caches need and no description of a content', () => {
  const guides = { 'cache-control': 'max-age=60', 'content-location': '/a', etag: '"a"', expires: date(60), vary: 'b' }
  const stored = storedFrom({
    ...guides,
    'content-length': '10',
    'content-encoding': 'gzip',
    'last-modified': changed,
    c: '1',
  })
  const { headers } = responseFromCache(stored, requestWith({ 'if-none-match': '"a"' }), after(3))
  assert.deepEqual(headers, { ...guides, date: date(), c: '1', age: '3' })
  const untagged = responseFromCache(
    storedFrom({ ...whole, etag: undefined }),
    requestWith({ 'if-modified-since': changed }),
    after(3),
  )
  assert.equal(untagged.headers['last-modified'], changed)
})

const ranges: [range: string, expected: string][] = [
  ['bytes=0-1', '206 01'],
  ['bytes=4-', '206 456789'],
  ['bytes=4-99', '206 456789'],
  ['bytes=-3', '206 789'],
  ['bytes=-99', '206 0123456789'],
  ['BYTES=9-9', '206 9'],
  ['bytes=10-', '416'],
  ['bytes=-0', '416'],
  ['bytes=3-2', '200 0123456789'],
  ['bytes=-', '200 0123456789'],
  ['bytes=a-b', '200 0123456789'],
  ['lines=0-1', '200 0123456789'],
  ['bytes=0-1,4-5', '200 0123456789'],
]
for (const [range, expected] of ranges)
  test(`RFC 9110 §14.1.2, §14.2: ${range} of ten bytes: ${expected}`, () => assert.equal(told({ range }), expected))

test('RFC 9110 §14.1.2: nothing has no last bytes', () => {
  const { status } = responseFromCache(storedFrom(whole, { body: '' }), requestWith({ range: 'bytes=-5' }), after(0))
  assert.equal(status, 416)
})

test('RFC 9110 §14.2: HEAD knows no ranges', () => assert.equal(told({ range: 'bytes=0-1' }, whole, 'HEAD'), '200'))

test('RFC 9110 §13.2.2: a caller who has the answer gets 304 for a range as well', () =>
  assert.equal(told({ range: 'bytes=0-1', 'if-none-match': '"a"' }), '304'))

test('RFC 9110 §14.4, §15.3.7: a part says which it is, and has the fields of the whole', () => {
  const { headers } = responseFromCache(
    storedFrom({ ...whole, 'content-length': '10' }),
    requestWith({ range: 'bytes=2-4' }),
    after(3),
  )
  assert.deepEqual(headers, {
    ...whole,
    date: date(),
    'content-length': '3',
    'content-range': 'bytes 2-4/10',
    age: '3',
  })
})

test('RFC 9110 §15.5.17: 416 says how long the content is', () => {
  const { headers } = responseFromCache(storedFrom(whole), requestWith({ range: 'bytes=10-' }), after(3))
  assert.deepEqual(
    [headers['content-range'], headers['content-length'], headers['content-type']],
    ['bytes */10', '0', undefined],
  )
})

const ifRanges: [title: string, condition: string, isPart: boolean, stored?: HeaderFields][] = [
  ['the tag', '"a"', true],
  ['another tag', '"b"', false],
  ['a weak tag', 'W/"a"', false, { ...whole, etag: 'W/"a"' }],
  ['the date of the change', changed, true],
  ['a date one second before the answer', date(-1), true, { ...whole, 'last-modified': date(-1) }],
  ['a later date', date(-1), false],
  ['a date as the answer was made', date(), false, { ...whole, 'last-modified': date() }],
  ['a date and none known', changed, false, { ...whole, 'last-modified': undefined }],
]
for (const [title, condition, isPart, stored] of ifRanges)
  test(`RFC 9110 §13.1.5: If-Range with ${title} gives the ${isPart ? 'part' : 'whole'}`, () =>
    assert.equal(told({ range: 'bytes=0-1', 'if-range': condition }, stored), isPart ? '206 01' : '200 0123456789'))
