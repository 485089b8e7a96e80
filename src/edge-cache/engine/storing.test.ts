import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, date, requestWith, start, storableFrom, storedFrom, url } from './exchange.fixture.ts'
import type { CacheRequest, HeaderFields } from './message.ts'

const fresh = { 'cache-control': 'max-age=60' }
const changed = { 'last-modified': date(-1000) }

const cases: {
  title: string
  headers: HeaderFields
  status?: number
  request?: CacheRequest
  isKept: boolean
}[] = [
  { title: '§3: a GET with a lifetime is kept', headers: fresh, isKept: true },
  {
    title: '§3: an answer to HEAD is not',
    headers: fresh,
    request: requestWith({}, { method: 'HEAD' }),
    isKept: false,
  },
  {
    title: '§3: a method that is not understood is not',
    headers: fresh,
    request: requestWith({}, { method: 'PROPFIND' }),
    isKept: false,
  },
  { title: '§3: an interim status is not final', headers: fresh, status: 103, isKept: false },
  { title: '§3.3: a part of an answer is not the answer', headers: fresh, status: 206, isKept: false },
  { title: '§3: 304 is none', headers: fresh, status: 304, isKept: false },
  { title: '§3: any final status with a lifetime is kept', headers: fresh, status: 599, isKept: true },
  { title: '§3: no-store in the answer', headers: { 'cache-control': 'max-age=60, no-store' }, isKept: false },
  { title: '§3: no-store in any case', headers: { 'cache-control': 'max-age=60, No-STORE' }, isKept: false },
  { title: '§3: no-store in another line', headers: { 'cache-control': ['max-age=60', 'no-store'] }, isKept: false },
  {
    title: '§5.2.2.5: no-store with an argument',
    headers: { 'cache-control': 'max-age=60, no-store=1' },
    isKept: false,
  },
  {
    title: '§5.2: no-store behind a quote that is never closed',
    headers: { 'cache-control': 'a="b, no-store, max-age=60' },
    isKept: false,
  },
  {
    title: '§5.2: no-store within a quoted string is text',
    headers: { 'cache-control': 'a="b, no-store", max-age=60' },
    isKept: true,
  },
  {
    title: '§5.2.1.5: no-store in the request',
    headers: fresh,
    request: requestWith({ 'cache-control': 'no-store' }),
    isKept: false,
  },
  { title: '§5.2.2.7: private', headers: { 'cache-control': 'max-age=60, private' }, isKept: false },
  { title: '§5.2.2.7: private="" is private', headers: { 'cache-control': 'max-age=60, private=""' }, isKept: false },
  {
    title: '§5.2.2.7: private twice, once for all',
    headers: { 'cache-control': 'private="a", private, max-age=60' },
    isKept: false,
  },
  {
    title: '§5.2.2.7: private="a" is for that field',
    headers: { 'cache-control': 'max-age=60, private="a"' },
    isKept: true,
  },
  { title: '§3: nothing is said, and nothing known', headers: {}, isKept: false },
  { title: '§4.2.2: Last-Modified and a status with a heuristic lifetime', headers: changed, isKept: true },
  { title: '§3: a status without one', headers: changed, status: 403, isKept: false },
  {
    title: '§5.2.2.9: public makes any status one to keep',
    headers: { ...changed, 'cache-control': 'public' },
    status: 403,
    isKept: true,
  },
  { title: '§3: Expires', headers: { expires: date(60) }, status: 302, isKept: true },
  { title: '§5.2.2.4: no-cache with a validator', headers: { 'cache-control': 'no-cache', etag: '"a"' }, isKept: true },
  {
    title: '§5.2.2.4: no-cache with none is of no use',
    headers: { 'cache-control': 'no-cache, max-age=60' },
    isKept: false,
  },
  {
    title: '§4.2: stale from the start and without a validator is of no use',
    headers: { 'cache-control': 'max-age=0' },
    isKept: false,
  },
  { title: '§4.1: Vary: *', headers: { ...fresh, vary: '*' }, isKept: false },
  { title: '§4.1: * among the members of Vary', headers: { ...fresh, vary: ['accept', ', *'] }, isKept: false },
  {
    title: '§5.2.2.3: must-understand and a status that is',
    headers: { 'cache-control': 'max-age=60, must-understand, no-store' },
    isKept: true,
  },
  {
    title: '§5.2.2.3: must-understand and a status that is not',
    headers: { 'cache-control': 'max-age=60, must-understand' },
    status: 599,
    isKept: false,
  },
  {
    title: '§5.2.2.3: must-understand and private',
    headers: { 'cache-control': 'max-age=60, must-understand, private' },
    isKept: false,
  },
  { title: '§7.3: Set-Cookie with a lifetime', headers: { ...fresh, 'set-cookie': 'a=b' }, isKept: true },
  { title: '§7.3: Set-Cookie and a heuristic lifetime', headers: { ...changed, 'set-cookie': 'a=b' }, isKept: false },
  ...['public', 'must-revalidate', 's-maxage=60'].map((directive) => ({
    title: `§3.5: Authorization and ${directive}`,
    headers: { 'cache-control': `max-age=60, ${directive}` },
    request: requestWith({ authorization: 'Bearer a' }),
    isKept: true,
  })),
  {
    title: '§3.5: Authorization and max-age alone',
    headers: fresh,
    request: requestWith({ authorization: 'Bearer a' }),
    isKept: false,
  },
]
for (const { title, headers, status, request, isKept } of cases)
  test(`RFC 9111 ${title}: ${isKept ? 'kept' : 'passed on'}`, () => {
    const stored = storableFrom(headers, { ...(status && { status }), ...(request && { request }) })
    assert.equal(stored !== undefined, isKept)
  })

test('RFC 9110 §9.3.3: an answer to POST is kept for GET when it says that it is the same and for how long', () => {
  const request = requestWith({}, { method: 'POST' })
  const located = (location: string, more: HeaderFields = fresh) =>
    storableFrom({ ...more, 'content-location': location }, { request }) !== undefined
  assert.ok(located(url))
  assert.ok(located('?page=1'))
  assert.ok(!located('/other'))
  assert.ok(!located('//['))
  assert.ok(!located(url, { etag: '"a"' }))
  assert.ok(!storableFrom(fresh, { request }))
  assert.ok(!storableFrom({ ...fresh, 'content-location': url }, { request, status: 201 }))
})

test('RFC 9111 §3.1: fields are kept but for those of one connection and those that Connection names', () => {
  const { headers } = storedFrom({
    ...fresh,
    connection: 'close, X-Hop',
    'x-hop': '1',
    'keep-alive': 'timeout=5',
    'proxy-authenticate': 'Basic',
    'proxy-authentication-info': 'a',
    'proxy-authorization': 'a',
    'proxy-connection': 'close',
    te: 'trailers',
    trailer: 'x',
    'transfer-encoding': 'chunked',
    upgrade: 'h2c',
    age: '3',
    'set-cookie': ['a=b', 'c=d'],
    'x-unknown': 'kept',
  })
  assert.deepEqual(headers, { date: date(), ...fresh, 'set-cookie': ['a=b', 'c=d'], 'x-unknown': 'kept' })
})

test('RFC 9111 §5.2.2.4, §5.2.2.7: fields that no-cache or private name are not kept, the others are', () => {
  const { headers } = storedFrom({
    'cache-control': 'max-age=60, no-cache="A, b", private=c',
    a: '1',
    b: '2',
    c: '3',
    d: '4',
  })
  assert.deepEqual(Object.keys(headers).sort(), ['cache-control', 'd', 'date'])
})

test('RFC 9110 §6.6.1: an answer without a valid Date gets that of its arrival', () => {
  const times = { requestedAt: start, receivedAt: after(2) }
  assert.equal(storedFrom({ ...fresh, date: undefined }, { times }).headers.date, date(2))
  assert.equal(storedFrom({ ...fresh, date: 'yesterday' }, { times }).headers.date, date(2))
  assert.equal(storedFrom({ ...fresh, date: date(-5) }, { times }).headers.date, date(-5))
})
