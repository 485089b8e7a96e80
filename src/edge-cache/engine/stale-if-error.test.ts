import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cacheStatus } from './cache-status.ts'
import { after, requestWith, storedFrom } from './exchange.fixture.ts'
import { type OriginFailure, staleIfError } from './stale-if-error.ts'

const cases: [cacheControl: string, staleSeconds: number, failure: OriginFailure, isUsed: boolean, request?: string][] =
  [
    ['max-age=60, stale-if-error=30', 30, { status: 500 }, true],
    ['max-age=60, stale-if-error=30', 31, { status: 500 }, false],
    ['max-age=60, stale-if-error=30', 1, { status: 502 }, true],
    ['max-age=60, stale-if-error=30', 1, { status: 503 }, true],
    ['max-age=60, stale-if-error=30', 1, { status: 504 }, true],
    ['max-age=60, stale-if-error=30', 1, { status: 501 }, false],
    ['max-age=60, stale-if-error=30', 1, { status: 404 }, false],
    ['max-age=60, stale-if-error=30', 30, 'unreachable', true],
    ['max-age=60, stale-if-error=30', 31, 'unreachable', false],
    ['s-maxage=60, stale-if-error=30', 30, 'unreachable', true],
    ['max-age=60, stale-if-error=30, must-revalidate', 1, 'unreachable', false],
    ['max-age=60, stale-if-error=a', 1, 'unreachable', false],
    ['max-age=60', 30, { status: 500 }, true, 'stale-if-error=30'],
    ['max-age=60', 31, { status: 500 }, false, 'stale-if-error=30'],
    ['s-maxage=60', 1, { status: 500 }, false, 'stale-if-error=30'],
    ['max-age=60, proxy-revalidate', 1, { status: 500 }, false, 'stale-if-error=30'],
  ]
for (const [cacheControl, staleSeconds, failure, isUsed, request] of cases)
  test(`RFC 5861 §4: ${cacheControl}, ${JSON.stringify(failure)} after ${staleSeconds} s${request ? `, ${request}` : ''}: ${isUsed}`, () => {
    const stored = storedFrom({ 'cache-control': cacheControl, etag: '"a"' })
    const asked = requestWith(request ? { 'cache-control': request } : {})
    assert.equal(staleIfError(stored, asked, { failure, now: after(60 + staleSeconds), unreachableSeconds: 5 }), isUsed)
  })

const unsaid: [cacheControl: string, staleSeconds: number, failure: OriginFailure, isUsed: boolean][] = [
  ['max-age=60', 5, 'unreachable', true],
  ['max-age=60', 6, 'unreachable', false],
  ['max-age=60', 1, { status: 503 }, false],
  ['max-age=60, must-revalidate', 1, 'unreachable', false],
  ['max-age=60, proxy-revalidate', 1, 'unreachable', false],
  ['max-age=60, no-cache', 1, 'unreachable', false],
  ['s-maxage=60', 1, 'unreachable', false],
]
for (const [cacheControl, staleSeconds, failure, isUsed] of unsaid)
  test(`RFC 9111 §4.2.4: ${cacheControl}, ${JSON.stringify(failure)} after ${staleSeconds} s: ${isUsed}`, () => {
    const stored = storedFrom({ 'cache-control': cacheControl, etag: '"a"' })
    assert.equal(
      staleIfError(stored, requestWith(), { failure, now: after(60 + staleSeconds), unreachableSeconds: 5 }),
      isUsed,
    )
  })

test('RFC 9211 §2: Cache-Status says how an answer came about, behind what caches before said', () => {
  assert.equal(cacheStatus({ freshFor: 59_999 }), 'modelkeep; hit; ttl=59')
  assert.equal(cacheStatus({ freshFor: -1 }), 'modelkeep; hit; ttl=-1')
  assert.equal(cacheStatus({ freshFor: Number.NEGATIVE_INFINITY }), 'modelkeep; hit')
  assert.equal(
    cacheStatus(
      { forwarded: 'stale', forwardStatus: 304, isStored: true, isCollapsed: true, detail: 'x' },
      'other; hit',
    ),
    'other; hit, modelkeep; fwd=stale; fwd-status=304; stored; collapsed; detail=x',
  )
  assert.equal(cacheStatus({ forwarded: 'uri-miss' }), 'modelkeep; fwd=uri-miss')
})
