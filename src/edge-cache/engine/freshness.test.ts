import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDate } from './dates.ts'
import { after, date, start, storedFrom } from './exchange.fixture.ts'
import type { HeaderFields } from './message.ts'
import { rulesOf } from './rules.ts'
import { ageOf } from './stored-response.ts'

const lifetime = (headers: HeaderFields, status = 200) =>
  rulesOf({ status, headers: { date: date(), ...headers } }, start).lifetimeSeconds

const lifetimes: [title: string, HeaderFields, seconds: number][] = [
  ['§4.2.1: max-age', { 'cache-control': 'max-age=60' }, 60],
  ['§4.2.1: s-maxage wins over max-age', { 'cache-control': 'max-age=60, s-maxage=30' }, 30],
  ['§4.2.1: s-maxage wins over a shorter max-age', { 'cache-control': 's-maxage=300, max-age=60' }, 300],
  ['§4.2.1: max-age wins over Expires', { 'cache-control': 'max-age=60', expires: date(-1) }, 60],
  ['§4.2.1: max-age=0 wins over Expires', { 'cache-control': 'max-age=0', expires: date(900) }, 0],
  ['§5.3: Expires less Date', { expires: date(90), date: date(30) }, 60],
  ['§5.3: Expires before Date', { expires: date(-90) }, 0],
  ['§5.3: Expires: 0', { expires: '0', 'last-modified': date(-9000) }, 0],
  ['§5.3: Expires in two lines', { expires: [date(90), date(90)] }, 0],
  ['§4.2: a zone other than GMT', { expires: date(90).replace('GMT', 'UTC') }, 0],
  ['§4.2: a date in any case', { expires: date(90).toUpperCase() }, 90],
  ['§5.2: directives in any case', { 'cache-control': 'MaX-aGe=60' }, 60],
  ['§5.2: an argument in quotes', { 'cache-control': 'max-age="60"' }, 60],
  ['§5.2: other quotes are no quotes', { 'cache-control': "max-age='60'" }, 0],
  ['§5.2: within a quoted string is text', { 'cache-control': 'a="\\", max-age=60", max-age=5' }, 5],
  ['§5.2.3: unknown directives are ignored', { 'cache-control': 'b=c, max-age=60, d' }, 60],
  ['§5.2: a blank before = is no directive', { 'cache-control': 'max-age =60' }, 0],
  ['§1.2.2: leading zeros', { 'cache-control': 'max-age=0060' }, 60],
  ['§1.2.2: more than 2^31', { 'cache-control': 'max-age=99999999999' }, 2 ** 31],
  ['§4.2.1: a negative number is stale', { 'cache-control': 'max-age=-60', 'last-modified': date(-9000) }, 0],
  ['§4.2.1: a fraction is stale', { 'cache-control': 'max-age=60.5' }, 0],
  ['§4.2.1: letters are stale', { 'cache-control': 'max-age=60a' }, 0],
  ['§4.2.1: a bad s-maxage hides max-age', { 'cache-control': 'max-age=60, s-maxage=a' }, 0],
  ['§4.2.1: twice the same', { 'cache-control': ['max-age=60', 'max-age=60'] }, 60],
  ['§4.2.1: twice and different is stale', { 'cache-control': 'max-age=60, max-age=600' }, 0],
  ['§4.2.2: a tenth of the time since the last change', { 'last-modified': date(-600) }, 60],
  ['§4.2.2: a day at most', { 'last-modified': date(-9e8) }, 24 * 3600],
  ['§4.2.2: a change in the future', { 'last-modified': date(600) }, 0],
  ['§4.2.2: no Last-Modified', { etag: '"a"' }, 0],
]
for (const [title, headers, seconds] of lifetimes)
  test(`RFC 9111 ${title}: ${seconds} s`, () => assert.equal(lifetime(headers), seconds))

test('RFC 9110 §15.1: statuses with a heuristic lifetime, and no others', () => {
  const having = (headers: HeaderFields) =>
    Array.from({ length: 500 }, (_, index) => index + 100).filter((status) => lifetime(headers, status) > 0)
  const changed = { 'last-modified': date(-600) }
  assert.deepEqual(having(changed), [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501])
  // RFC 9111 §4.2.2
  assert.equal(having({ ...changed, 'cache-control': 'public' }).length, 500)
})

const targeted: [title: string, HeaderFields, seconds: number][] = [
  ['9213 §2.2: stands for Cache-Control', { 'cdn-cache-control': 'max-age=60', 'cache-control': 'max-age=5' }, 60],
  ['9213 §2.2: stands for Expires', { 'cdn-cache-control': 'max-age=60', expires: date(-5) }, 60],
  ['9213 §2.2: hides Expires', { 'cdn-cache-control': 'must-revalidate', expires: date(60) }, 0],
  ['9213 §2.2: an empty one does not', { 'cdn-cache-control': '', 'cache-control': 'max-age=5' }, 5],
  [
    '9213 §2.1: one that is no dictionary is ignored',
    { 'cdn-cache-control': 'max-age = 60', 'cache-control': 'max-age=5' },
    5,
  ],
  ['9213 §2.1: keys are in lower case', { 'cdn-cache-control': 'Max-Age=60', 'cache-control': 'max-age=5' }, 5],
  ['9651 §4.2.2: the last of a key counts', { 'cdn-cache-control': 'max-age=60, max-age=30' }, 30],
]
for (const [title, headers, seconds] of targeted)
  test(`RFC ${title}: ${seconds} s`, () => assert.equal(lifetime(headers), seconds))

test('Surrogate-Control is for this cache too, but for what names another; CDN-Cache-Control comes first', () => {
  assert.equal(lifetime({ 'surrogate-control': 'Max-Age=60', 'cache-control': 'max-age=5' }), 60)
  assert.equal(lifetime({ 'surrogate-control': 'max-age=60;modelkeep', 'cache-control': 'max-age=5' }), 60)
  assert.equal(lifetime({ 'surrogate-control': 'max-age=60;other', 'cache-control': 'max-age=5' }), 5)
  assert.equal(lifetime({ 'surrogate-control': 'max-age=60', 'cdn-cache-control': 'max-age=30' }), 30)
})

const age = (headers: HeaderFields, { requestedAt = start, receivedAt = start } = {}) =>
  ageOf(storedFrom({ 'cache-control': 'max-age=9', ...headers }, { times: { requestedAt, receivedAt } }), receivedAt) /
  1000

test('RFC 9111 §4.2.3: the age is that of the Age field with the time that the answer took, or that by Date', () => {
  assert.equal(age({}), 0)
  assert.equal(age({ age: '30' }), 30)
  assert.equal(age({ age: '30' }, { receivedAt: after(2) }), 32)
  assert.equal(age({ date: date(-40), age: '30' }), 40)
  assert.equal(age({ date: date(40), age: '30' }), 30)
  // The part of a second that Date leaves out is no age.
  assert.equal(age({}, { requestedAt: after(0.9), receivedAt: after(0.9) }), 0)
})

test('RFC 9111 §4.2.3: it grows while the answer is kept', () => {
  const stored = storedFrom({ 'cache-control': 'max-age=9', age: '30' })
  assert.equal(ageOf(stored, after(12)), 42_000)
  assert.equal(ageOf(storedFrom({ 'cache-control': 'max-age=9' }), after(-5)), 0)
})

for (const unclear of ['abc', '-5', '5.0', '5;a=1', '0, 0', ['0', '0']])
  test(`RFC 9111 §5.1: an Age that is not one whole number (${unclear}) is any age`, () =>
    assert.equal(age({ age: unclear }), Number.POSITIVE_INFINITY))

const dates: [text: string, expected: number | undefined][] = [
  ['Sun, 06 Nov 1994 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
  ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
  ['Sunday, 06-Nov-35 08:49:37 GMT', Date.UTC(2035, 10, 6, 8, 49, 37)],
  ['Sunday, 06-Nov-77 08:49:37 GMT', Date.UTC(1977, 10, 6, 8, 49, 37)],
  ['Sun Nov  6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
  ['Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
  ['Friday, 06-Nov-76 08:49:37 GMT', Date.UTC(2076, 10, 6, 8, 49, 37)],
  ['Sun, 6 Nov 1994 08:49:37 GMT', undefined],
  ['Sun, 31 Feb 1994 08:49:37 GMT', undefined],
  ['Sun, 06 Nov 1994 24:49:37 GMT', undefined],
  ['Sun, 06 Nov 1994 08:60:37 GMT', undefined],
  ['Sun, 06 Nov 1994 08:49:61 GMT', undefined],
  ['Sun, 06 Abc 1994 08:49:37 GMT', undefined],
  ['1994-11-06T08:49:37Z', undefined],
  ['0', undefined],
]
for (const [text, expected] of dates)
  test(`RFC 9110 §5.6.7: ${text} is ${expected === undefined ? 'no date' : 'a date'}`, () =>
    assert.equal(readDate(text, start), expected))
