import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Decision, decide } from './decide.ts'
import { after, date, requestWith, storedFrom } from './exchange.fixture.ts'
import type { CacheRequest, HeaderFields } from './message.ts'

/** A decision in one word or two. */
function told(decision: Decision): string {
  switch (decision.kind) {
    case 'reuse':
      return decision.refreshes ? 'reuse, refresh' : 'reuse'
    case 'refuse':
      return 'refuse'
    default:
      return `${decision.kind} ${decision.why}`
  }
}

const aged = (seconds: number, cacheControl: string, request: HeaderFields = {}, stored: HeaderFields = {}) =>
  told(
    decide(
      requestWith(request),
      [storedFrom({ 'cache-control': cacheControl, etag: '"a"', ...stored })],
      after(seconds),
    ),
  )

const cases: [title: string, seconds: number, cacheControl: string, request: string, expected: string][] = [
  ['§4.2: fresh while its lifetime is longer than its age', 59.9, 'max-age=60', '', 'reuse'],
  ['§4.2: stale from then on', 60, 'max-age=60', '', 'revalidate stale'],
  ['§5.2.2.4: no-cache is never reused without asking', 1, 'max-age=60, no-cache', '', 'revalidate stale'],
  ['§5.2.2.4: no-cache for a field hinders nothing', 1, 'max-age=60, no-cache="a"', '', 'reuse'],
  ['§5.2.2.2: must-revalidate counts when it is stale', 1, 'max-age=60, must-revalidate', '', 'reuse'],
  ['§5.2.1.4: no-cache in the request', 1, 'max-age=60', 'no-cache', 'revalidate request'],
  ['§5.2.1.5: no-store in the request', 1, 'max-age=60', 'no-store', 'fetch request'],
  ['§5.2.1.1: max-age=0 in the request', 0, 'max-age=60', 'max-age=0', 'revalidate request'],
  ['§5.2.1.1: an age that the request takes', 10, 'max-age=60', 'max-age=10', 'reuse'],
  ['§5.2.1.1: an age that it does not', 10.1, 'max-age=60', 'max-age=10', 'revalidate request'],
  ['§5.2.1.3: min-fresh that is left', 10, 'max-age=60', 'min-fresh=50', 'reuse'],
  ['§5.2.1.3: min-fresh that is not', 10, 'max-age=60', 'min-fresh=51', 'revalidate request'],
  ['§5.2.1.2: max-stale that suffices', 70, 'max-age=60', 'max-stale=10', 'reuse'],
  ['§5.2.1.2: max-stale that does not', 71, 'max-age=60', 'max-stale=10', 'revalidate stale'],
  ['§5.2.1.2: max-stale with and without an argument', 61, 'max-age=60', 'max-stale, max-stale=10', 'revalidate stale'],
  ['§5.2.1.4: no-cache and stale', 60, 'max-age=60', 'no-cache', 'revalidate stale'],
  ['§5.2.1.2: any staleness', 7000, 'max-age=60', 'max-stale', 'reuse'],
  ['§5.2.1.2: a bad max-stale', 61, 'max-age=60', 'max-stale=a', 'revalidate stale'],
  ['§5.2.2.2: must-revalidate against max-stale', 70, 'max-age=60, must-revalidate', 'max-stale', 'revalidate stale'],
  ['§5.2.2.8: proxy-revalidate against max-stale', 70, 'max-age=60, proxy-revalidate', 'max-stale', 'revalidate stale'],
  ['§5.2.2.10: s-maxage against max-stale', 70, 's-maxage=60', 'max-stale', 'revalidate stale'],
  ['§5.2.1.7: only-if-cached and there is one', 1, 'max-age=60', 'only-if-cached', 'reuse'],
  ['§5.2.1.7: only-if-cached and it is stale', 61, 'max-age=60', 'only-if-cached', 'refuse'],
]
for (const [title, seconds, cacheControl, request, expected] of cases)
  test(`RFC 9111 ${title}: ${expected}`, () =>
    assert.equal(aged(seconds, cacheControl, request ? { 'cache-control': request } : {}), expected))

const whileRevalidating: [seconds: number, cacheControl: string, request: string, expected: string][] = [
  [60, 'max-age=60, stale-while-revalidate=30', '', 'reuse, refresh'],
  [89.9, 'max-age=60, stale-while-revalidate=30', '', 'reuse, refresh'],
  [90, 'max-age=60, stale-while-revalidate=30', '', 'revalidate stale'],
  [59, 'max-age=60, stale-while-revalidate=30', '', 'reuse'],
  [70, 's-maxage=60, stale-while-revalidate=30', '', 'reuse, refresh'],
  [70, 'max-age=60, stale-while-revalidate=30, must-revalidate', '', 'revalidate stale'],
  [70, 'max-age=60, stale-while-revalidate=a', '', 'revalidate stale'],
  [70, 'max-age=60, stale-while-revalidate=30', 'max-age=60', 'revalidate stale'],
]
for (const [seconds, cacheControl, request, expected] of whileRevalidating)
  test(`RFC 5861 §3: ${cacheControl} after ${seconds} s${request && ` for ${request}`}: ${expected}`, () =>
    assert.equal(aged(seconds, cacheControl, request ? { 'cache-control': request } : {}), expected))

test('RFC 9111 §4.2.1: an answer of unknown age is stale', () =>
  assert.equal(aged(0, 'max-age=60', {}, { age: 'old' }), 'revalidate stale'))

test('RFC 9111 §5.4: Pragma: no-cache counts where the request has no Cache-Control', () => {
  assert.equal(aged(1, 'max-age=60', { pragma: 'no-cache' }), 'revalidate request')
  assert.equal(aged(1, 'max-age=60', { pragma: 'no-cache', 'cache-control': 'max-age=9' }), 'reuse')
  assert.equal(aged(1, 'max-age=60', { pragma: 'other' }), 'reuse')
})

test('RFC 9111 §4.3.1: without a validator a stale answer is asked for anew, and remembered', () => {
  const stored = storedFrom({ 'cache-control': 'max-age=60' })
  assert.deepEqual(decide(requestWith(), [stored], after(61)), { kind: 'fetch', why: 'stale', stored })
})

test('RFC 9211 §2.2: nothing under the URI, or nothing for such a request', () => {
  assert.equal(told(decide(requestWith(), [], after(0))), 'fetch uri-miss')
  const german = storedFrom(
    { 'cache-control': 'max-age=60', vary: 'Accept-Language' },
    { request: requestWith({ 'accept-language': 'de' }) },
  )
  assert.equal(told(decide(requestWith({ 'accept-language': 'en' }), [german], after(0))), 'fetch vary-miss')
  assert.equal(told(decide(requestWith({ 'cache-control': 'only-if-cached' }), [], after(0))), 'refuse')
})

test('RFC 9111 §4: other methods than GET and HEAD go to the origin', () => {
  const stored = storedFrom({ 'cache-control': 'max-age=60' })
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'get'])
    assert.equal(told(decide(requestWith({}, { method }), [stored], after(0))), 'fetch method')
  assert.equal(told(decide(requestWith({}, { method: 'HEAD' }), [stored], after(0))), 'reuse')
})

test('RFC 9111 §4.3.2: If-Match and If-Unmodified-Since are for the origin', () => {
  const stored = storedFrom({ 'cache-control': 'max-age=60', etag: '"a"' })
  assert.equal(told(decide(requestWith({ 'if-match': '"a"' }), [stored], after(0))), 'fetch request')
  assert.equal(told(decide(requestWith({ 'if-unmodified-since': date() }), [stored], after(0))), 'fetch request')
})

test('RFC 9111 §4: of several answers the newest by Date is taken', () => {
  const answers = [date(-5), date(0), date(-9)].map((made) => storedFrom({ 'cache-control': 'max-age=60', date: made }))
  for (const order of [answers, answers.toReversed()]) {
    const decision = decide(requestWith(), order, after(1))
    assert.equal(decision.kind === 'reuse' && decision.stored, answers[1])
  }
  const [last, ...before] = ['1', '2'].map((a) => storedFrom({ 'cache-control': 'max-age=60', a }))
  const decision = decide(requestWith(), [last ?? assert.fail(), ...before], after(1))
  assert.equal(decision.kind === 'reuse' && decision.stored, last)
})

const variants: [title: string, vary: string, stored: HeaderFields, asked: HeaderFields, isSame: boolean][] = [
  ['the same value', 'A', { a: '1' }, { a: '1' }, true],
  ['another value', 'A', { a: '1' }, { a: '2' }, false],
  ['a field that is missing', 'A', { a: '1' }, {}, false],
  ['a field that was missing', 'A', {}, { a: '1' }, false],
  ['an empty field is not a missing one', 'A', {}, { a: '' }, false],
  ['missing both times', 'A', {}, {}, true],
  ['one of two', 'A, B', { a: '1', b: '1' }, { a: '1', b: '2' }, false],
  ['fields that are not named', 'A', { a: '1', b: '1' }, { a: '1', b: '2' }, true],
  ['several lines are one', 'A', { a: '1, 2' }, { a: ['1', '2'] }, true],
  ['blanks around commas', 'A', { a: '1,2' }, { a: ' 1 , 2 ' }, true],
  ['blanks within quotes', 'A', { a: '"1,2"' }, { a: '"1, 2"' }, false],
  ['languages in any case', 'Accept-Language', { 'accept-language': 'en, DE' }, { 'accept-language': 'EN,de' }, true],
  ['other fields in their case', 'A', { a: 'x' }, { a: 'X' }, false],
  ['credentials to the letter', 'Cookie', { cookie: 'a=1,2' }, { cookie: 'a=1, 2' }, false],
]
for (const [title, vary, before, asked, isSame] of variants)
  test(`RFC 9111 §4.1: ${title} is ${isSame ? 'the same' : 'another'} request`, () => {
    const stored = storedFrom({ 'cache-control': 'max-age=60', vary }, { request: requestWith(before) })
    assert.equal(told(decide(requestWith(asked), [stored], after(0))), isSame ? 'reuse' : 'fetch vary-miss')
  })

const sent = (stored: HeaderFields, request: CacheRequest) => {
  const decision = decide(request, [storedFrom({ 'cache-control': 'max-age=1', ...stored })], after(2))
  return decision.kind === 'revalidate' ? decision.headers : decision.kind
}

test('RFC 9111 §4.3.1: validators of the stored answer are sent in place of the caller’s own', () => {
  const changed = date(-600)
  assert.deepEqual(sent({ etag: '"a"', 'last-modified': changed }, requestWith({ accept: 'x' })), {
    accept: 'x',
    'if-none-match': '"a"',
    'if-modified-since': changed,
  })
  const callers = { 'if-none-match': '"b"', 'if-modified-since': date(), 'if-range': '"b"', range: 'bytes=0-1', a: '1' }
  assert.deepEqual(sent({ etag: 'W/"a"' }, requestWith(callers)), { 'if-none-match': 'W/"a"', a: '1' })
  assert.deepEqual(sent({ 'last-modified': changed }, requestWith()), { 'if-modified-since': changed })
  assert.deepEqual(sent({ etag: '"a"', 'last-modified': 'yesterday' }, requestWith()), { 'if-none-match': '"a"' })
  assert.equal(sent({ 'last-modified': 'yesterday' }, requestWith()), 'fetch')
})
