import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, date, requestWith, start, storedFrom } from './exchange.fixture.ts'
import { invalidated } from './invalidated.ts'
import type { HeaderFields } from './message.ts'
import { freshFor } from './stored-response.ts'
import { updated, updatedByHead } from './updating.ts'

const old = { 'cache-control': 'max-age=60', etag: '"a"' }
const times = { requestedAt: after(100), receivedAt: after(101) }

const by304 = (headers: HeaderFields, stored: HeaderFields = old, request = requestWith()) =>
  updated(storedFrom(stored), request, { notModified: { status: 304, headers }, times })

test('RFC 9111 §3.2: a 304 replaces fields, keeps the others, and never those of the content', () => {
  const before = {
    ...old,
    kept: '1',
    replaced: '1',
    'content-type': 'a/b',
    'content-length': '10',
    'content-encoding': 'gzip',
  }
  const newer = {
    etag: '"a"',
    date: date(100),
    replaced: ['2', '3'],
    'content-type': 'c/d',
    'content-length': '0',
    'content-encoding': 'br',
    'content-range': 'bytes 0-1/2',
    connection: 'x-hop',
    'x-hop': '1',
  }
  const { stored, isStorable } = by304(newer, before) ?? assert.fail()
  assert.ok(isStorable)
  assert.deepEqual(stored.headers, { ...before, date: date(100), replaced: ['2', '3'], 'content-type': 'c/d' })
  assert.deepEqual([stored.status, String(stored.body)], [200, '0123456789'])
})

test('RFC 9111 §4.3.4, §4.2.3: an answer that was validated is as old as the 304', () => {
  const { stored } = by304({ 'cache-control': 'max-age=30', date: date(90), age: '5' }) ?? assert.fail()
  assert.equal(freshFor(stored, after(101)), 30_000 - 11_000)
  const { stored: undated } = by304({}) ?? assert.fail()
  assert.equal(freshFor(undated, after(101)), 60_000 - 1000)
  assert.equal(undated.headers.date, date(101))
})

test('RFC 9111 §3: what may not be kept any more is not, and a withheld field is withheld still', () => {
  assert.equal(by304({ 'cache-control': 'private' })?.isStorable, false)
  assert.equal(by304({}, old, requestWith({ authorization: 'Bearer a' }))?.isStorable, false)
  const withheld = by304({ a: '2' }, { ...old, 'cache-control': 'max-age=60, private="a"' })
  assert.equal(withheld?.stored.headers.a, undefined)
})

const tags: [title: string, etag: string | undefined, stored: string, isOfStored: boolean][] = [
  ['the same strong tag', '"a"', '"a"', true],
  ['another strong tag', '"b"', '"a"', false],
  ['a strong tag for a weak one', '"a"', 'W/"a"', false],
  ['a weak tag for a strong one', 'W/"a"', '"a"', true],
  ['the same weak tag', 'W/"a"', 'W/"a"', true],
  ['another weak tag', 'W/"b"', 'W/"a"', false],
  ['no tag', undefined, '"a"', true],
]
for (const [title, etag, stored, isOfStored] of tags)
  test(`RFC 9111 §4.3.4: a 304 with ${title} ${isOfStored ? 'updates' : 'does not update'}`, () =>
    assert.equal(by304({ etag }, { ...old, etag: stored }) !== undefined, isOfStored))

const byHead = (headers: HeaderFields) =>
  updatedByHead(storedFrom({ ...old, 'last-modified': date(-9) }), requestWith({}, { method: 'HEAD' }), {
    head: { status: 200, headers },
    times,
  })

test('RFC 9111 §4.3.5: a 200 to HEAD updates what it agrees with', () => {
  const agreeing = byHead({
    etag: '"a"',
    'last-modified': date(-9),
    'content-length': '10',
    'cache-control': 'max-age=9',
    a: '1',
  })
  assert.ok(agreeing !== 'stale' && agreeing.isStorable)
  assert.deepEqual([agreeing.stored.headers.a, agreeing.stored.rules.lifetimeSeconds], ['1', 9])
  assert.notEqual(byHead({}), 'stale')
})

for (const different of [{ etag: '"b"' }, { 'last-modified': date(-8) }, { 'content-length': '11' }])
  test(`RFC 9111 §4.3.5: and makes stale what it does not (${Object.keys(different)})`, () =>
    assert.equal(byHead(different), 'stale'))

const url = 'https://hub.example/a/b?c'
const emptied = (method: string, headers: HeaderFields = {}, status = 200) =>
  invalidated({ method, url, headers: {} }, { status, headers })

test('RFC 9111 §4.4: methods that may change things empty their URI when they succeed', () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'NO-SUCH-METHOD']) assert.deepEqual(emptied(method), [url])
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE']) assert.deepEqual(emptied(method), [])
  assert.deepEqual(emptied('POST', {}, 303), [url])
  for (const status of [100, 400, 404, 500]) assert.deepEqual(emptied('POST', {}, status), [])
})

test('RFC 9111 §4.4: and those that Location and Content-Location name on the same origin', () => {
  const named = emptied('POST', { location: '../d#e', 'content-location': 'https://hub.example/f' })
  assert.deepEqual(named, [url, 'https://hub.example/d', 'https://hub.example/f'])
  for (const location of [
    'https://other.example/a',
    'http://hub.example/a',
    '//hub.example:81/a',
    'http://[',
    'data:,a',
  ])
    assert.deepEqual(emptied('POST', { location }), [url])
})

test('the fixture’s answers are made at the start', () => assert.equal(storedFrom(old).dateAt, start))
