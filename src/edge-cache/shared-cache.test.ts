import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setImmediate as soon } from 'node:timers/promises'
import { date, start } from './engine/exchange.fixture.ts'
import type { HeaderFields } from './engine/message.ts'
import type { EdgeRequest, EdgeResponse, OriginResponse } from './origin-fetch.ts'
import { openSharedCache, type SharedCacheOptions } from './shared-cache.ts'

type Reply = OriginResponse | ((request: EdgeRequest) => OriginResponse | Promise<OriginResponse>)

/** An edge, a clock, and an origin that answers with `replies` in turn, the last one for ever. */
function open(replies: Reply[], options: SharedCacheOptions = {}) {
  let now = start
  const asked: EdgeRequest[] = []
  const edge = openSharedCache({ now: () => now, unreachableSeconds: 5, ...options })
  const isForOthers: boolean[] = []
  const origin = async (request: EdgeRequest, isShared: boolean) => {
    asked.push(request)
    isForOthers.push(isShared)
    const reply = replies[Math.min(asked.length, replies.length) - 1] ?? assert.fail()
    await soon()
    return typeof reply === 'function' ? reply(request) : reply
  }
  const get = async (headers: HeaderFields = {}, more: Partial<EdgeRequest> = {}) =>
    edge.respond({ method: 'GET', url: 'https://hub.example/a', headers, ...more }, origin)
  return {
    edge,
    asked,
    isForOthers,
    get,
    after: (seconds: number) => {
      now = start + seconds * 1000
    },
    /** What an answer says, and what the cache says of it. */
    told: async (headers?: HeaderFields, more?: Partial<EdgeRequest>) => told(await get(headers, more)),
  }
}

async function told({ status, headers, body }: EdgeResponse): Promise<string> {
  const content = body instanceof Readable ? await text(body) : String(body ?? '')
  return `${status} ${content} (${String(headers['cache-status']).replace('modelkeep; ', '')})`
}

const reply = (body: string, headers: HeaderFields = {}, status = 200): OriginResponse => ({
  status,
  headers: { date: date(), 'cache-control': 'max-age=60', ...headers },
  body: Buffer.from(body),
})
const streamed = (chunks: Iterable<Buffer>, headers: HeaderFields = {}): OriginResponse => ({
  ...reply('', headers),
  body: Readable.from(chunks),
})
const broken = () => Promise.reject(new Error('no origin'))
const personal = { 'cache-control': 'private' }

test('what is kept answers the next request, for as long as it is fresh', async () => {
  const { told, after, asked } = open([reply('one'), reply('two', { date: date(60) })])
  assert.equal(await told(), '200 one (fwd=uri-miss; ttl=60; stored)')
  after(59)
  assert.equal(await told(), '200 one (hit; ttl=1)')
  after(60)
  assert.equal(await told(), '200 two (fwd=stale; ttl=60; stored)')
  assert.equal(asked.length, 2)
})

test('Cache-Status stands behind that of caches nearer to the origin, and on what is passed on', async () => {
  const { get } = open([reply('one', { ...personal, 'cache-status': 'inner; hit' })])
  assert.equal((await get()).headers['cache-status'], 'inner; hit, modelkeep; fwd=uri-miss')
})

test('however many ask for what is not there, the origin is asked once', async () => {
  const { told, asked } = open([reply('one')])
  const answers = await Promise.all(Array.from({ length: 50 }, () => told()))
  assert.equal(asked.length, 1)
  assert.deepEqual(new Set(answers.slice(1)), new Set(['200 one (fwd=uri-miss; ttl=60; collapsed)']))
})

test('those who waited for what is not for them go by themselves at once, and nobody waits after them', async () => {
  let underway = 0
  let most = 0
  const { told, asked } = open([
    async () => {
      most = Math.max(most, ++underway)
      await soon()
      underway--
      return reply('mine', personal)
    },
  ])
  const all = () => Promise.all(Array.from({ length: 9 }, () => told()))
  assert.deepEqual(new Set(await all()), new Set(['200 mine (fwd=uri-miss)']))
  assert.deepEqual([asked.length, most], [9, 8])
  await all()
  assert.deepEqual([asked.length, most], [18, 9])
})

test('of several variants each is asked for once', async () => {
  const { told, asked } = open([({ headers }) => reply(String(headers.a), { vary: 'a' })])
  const answers = await Promise.all(['1', '1', '2', '2', '3', '3', '3'].map((a) => told({ a })))
  assert.deepEqual(
    answers.map((answer) => answer.slice(4, 5)),
    ['1', '1', '2', '2', '3', '3', '3'],
  )
  assert.equal(asked.length, 3)
  assert.match(await told({ a: '2' }), /hit/)
})

test('requests with Authorization, conditions or ranges keep nobody waiting', async () => {
  const { get, asked } = open([reply('one', personal)])
  const own = [
    { authorization: 'Bearer a' },
    { 'if-none-match': '"a"' },
    { range: 'bytes=0-1' },
    { 'cache-control': 'no-store' },
  ]
  await Promise.all(own.map((headers) => get(headers)))
  assert.equal(asked.length, 4)
})

test('nor do they have others not wait for what can be shared', async () => {
  const { get, asked } = open([({ headers }) => reply('one', headers.cookie || headers.authorization ? personal : {})])
  for (const headers of [{ cookie: 'a=b' }, { authorization: 'Bearer a' }, { 'cache-control': 'no-store' }])
    await get(headers)
  await soon()
  await Promise.all([get(), get(), get({ cookie: 'a=b' })])
  assert.equal(asked.length, 5)
})

test('RFC 9111 §4.3: a stale answer is asked about, and a 304 makes it fresh', async () => {
  const { told, after, asked } = open([
    reply('one', { etag: '"a"' }),
    { status: 304, headers: { etag: '"a"', date: date(70), b: 'c' } },
  ])
  await told()
  after(70)
  assert.deepEqual(await Promise.all([told(), told()]), [
    '200 one (fwd=stale; fwd-status=304; ttl=60; stored)',
    '200 one (fwd=stale; ttl=60; collapsed)',
  ])
  assert.equal(asked[1]?.headers['if-none-match'], '"a"')
  assert.equal(await told(), '200 one (hit; ttl=60)')
})

test('RFC 9111 §4.3.3: a caller’s own condition or range is answered from what came instead', async () => {
  for (const newer of [reply('two', { etag: '"b"' }), () => streamed([Buffer.from('two')], { etag: '"b"' })]) {
    const { told, after, asked } = open([reply('one', { etag: '"a"' }), newer])
    await told()
    after(60)
    assert.match(await told({ range: 'bytes=1-' }), /^206 wo \(fwd=stale/)
    assert.equal(asked[1]?.headers.range, undefined)
    assert.match(await told({ 'if-none-match': '"b"' }), /^304 {2}\(/)
  }
})

test('RFC 9111 §4.3.4: a 304 for another answer is no answer: the origin is asked without conditions', async () => {
  const { told, after, asked } = open([
    reply('one', { etag: '"a"' }),
    { status: 304, headers: { etag: '"b"' } },
    reply('two', { etag: '"b"' }),
  ])
  await told()
  after(60)
  assert.match(await told(), /^200 two/)
  assert.equal(asked[2]?.headers['if-none-match'], undefined)
})

test('RFC 9111 §4.3.4: what a 304 says is not to be kept is not', async () => {
  const { told, after } = open([
    reply('one', { etag: '"a"' }),
    { status: 304, headers: { 'cache-control': 'no-store' } },
    reply('two'),
  ])
  await told()
  after(60)
  assert.match(await told(), /^200 one/)
  assert.match(await told(), /^200 two \(fwd=uri-miss/)
})

test('a full answer that may not be kept takes the place of a stale one', async () => {
  const { told, after } = open([reply('one'), reply('two', personal), reply('three')])
  await told()
  after(60)
  assert.match(await told(), /^200 two/)
  assert.match(await told(), /^200 three \(fwd=uri-miss/)
})

test('RFC 5861 §3: while a newer answer is asked for, once, the stale one is used', async () => {
  const swr = { 'cache-control': 'max-age=60, stale-while-revalidate=30' }
  const { told, after, asked } = open([reply('one', swr), streamed([Buffer.from('two')], { date: date(70) })])
  await told()
  after(70)
  const answers = await Promise.all([told({ range: 'bytes=0-0' }), told(), told({}, { method: 'HEAD' })])
  assert.deepEqual(answers, ['206 o (hit; ttl=-10)', '200 one (hit; ttl=-10)', '200  (hit; ttl=-10)'])
  await soon()
  await soon()
  assert.equal(await told(), '200 two (hit; ttl=60)')
  assert.deepEqual([asked.length, asked[1]?.method, asked[1]?.headers.range], [2, 'GET', undefined])
})

test('a refresh that fails is told of, and changes nothing', async () => {
  const failures: unknown[] = []
  const swr = { 'cache-control': 'max-age=60, stale-while-revalidate=30, stale-if-error=0' }
  const { told, after } = open([reply('one', swr), broken], { onRefreshFailed: (error) => failures.push(error) })
  await told()
  after(70)
  await told()
  await soon()
  await soon()
  assert.equal(failures.length, 1)
  assert.match(await told(), /^200 one \(hit/)
})

test('RFC 5861 §4: a stale answer stands in for an origin that fails, for all who wait', async () => {
  for (const failure of [broken, reply('busy', {}, 503)]) {
    const { told, after, asked } = open([reply('one', { 'cache-control': 'max-age=60, stale-if-error=30' }), failure])
    await told()
    after(70)
    const answers = await Promise.all([told(), told()])
    for (const answer of answers) assert.match(answer, /^200 one \(fwd=stale; .*detail=stale-if-error\)$/)
    assert.equal(asked.length, 2)
    after(91)
    if (failure === broken) await assert.rejects(told())
    else assert.match(await told(), /^503 busy/)
  }
})

test('without a word of it, for an origin that cannot be reached and for a short time', async () => {
  const { told, after } = open([reply('one'), broken])
  await told()
  after(65)
  assert.match(await told(), /^200 one \(fwd=stale; ttl=-5; detail=stale-if-error\)$/)
  after(66)
  await assert.rejects(told())
})

test('an origin that cannot be reached is asked once for all who wait', async () => {
  const { told, asked } = open([broken])
  const results = await Promise.allSettled([told(), told(), told()])
  assert.deepEqual(new Set(results.map(({ status }) => status)), new Set(['rejected']))
  assert.equal(asked.length, 1)
})

test('RFC 9111 §4.4: a change empties its URI, also of what is on its way', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { told, edge } = open([
    reply('one'),
    { status: 204, headers: { location: '/b' } },
    async () => {
      await released
      return reply('old')
    },
    { status: 204, headers: {} },
    reply('new'),
  ])
  await told()
  await told({}, { method: 'POST' })
  const old = told()
  await told({}, { method: 'DELETE' })
  release()
  assert.equal(await old, '200 old (fwd=uri-miss; ttl=60)')
  assert.match(await told(), /^200 new \(fwd=uri-miss/)
  edge.clear()
  assert.match(await told(), /fwd=uri-miss/)
})

test('RFC 9110 §9.3.3: what a POST says is the answer to GET is kept, and empties what was there', async () => {
  const { told } = open([reply('one'), reply('two', { 'content-location': '/a' })])
  await told()
  assert.equal(await told({}, { method: 'POST' }), '200 two (fwd=method; stored)')
  assert.equal(await told(), '200 two (hit; ttl=60)')
})

test('answers are dropped by their tags, those on their way as well', async () => {
  const tagged = (body: string, ...tags: string[]) => ({ ...reply(body), tags })
  const { told, edge } = open([tagged('one', 'a', 'b'), tagged('two', 'a'), tagged('three', 'c')])
  await told()
  edge.purgeTags(['c'])
  assert.match(await told(), /hit/)
  edge.purgeTags(['b', 'c'])
  const two = told()
  edge.purgeTags(['a'])
  assert.equal(await two, '200 two (fwd=uri-miss; ttl=60)')
  await told()
  edge.purgeTags(['a', 'b'])
  assert.match(await told(), /^200 three \(hit/)
  const cleared = open([reply('one')])
  const one = cleared.told()
  cleared.edge.clear()
  await one
  assert.match(await cleared.told(), /fwd=uri-miss/)
})

test('RFC 9111 §4.3.5: HEAD is answered from what is kept, and brings it up to date', async () => {
  const head = (headers: HeaderFields) => ({ status: 200, headers: { 'cache-control': 'max-age=9', ...headers } })
  const { told, after } = open([reply('one'), head({ a: 'b' }), head({ 'content-length': '99' }), reply('four')])
  await told()
  assert.equal(await told({}, { method: 'HEAD' }), '200  (hit; ttl=60)')
  after(70)
  assert.equal(await told({}, { method: 'HEAD' }), '200  (fwd=stale; ttl=9)')
  assert.match(await told(), /^200 one \(hit; ttl=9/)
  after(80)
  assert.equal(await told({}, { method: 'HEAD' }), '200  (fwd=stale)')
  assert.match(await told(), /^200 four \(fwd=uri-miss/)
})

test('RFC 9111 §5.2.1.7: only-if-cached never reaches the origin', async () => {
  const { told, asked } = open([reply('one')])
  assert.match(await told({ 'cache-control': 'only-if-cached' }), /^504 .*only-if-cached\)$/)
  assert.equal(asked.length, 0)
})

test('a request that is bypassed finds nothing and leaves nothing', async () => {
  const { told } = open([reply('one')])
  assert.equal(await told({}, { isBypassed: true }), '200 one (fwd=bypass)')
  assert.match(await told(), /fwd=uri-miss/)
  assert.equal(await told({}, { isBypassed: true }), '200 one (fwd=bypass)')
})

test('a body that streams is kept once it is whole; one that breaks off is not', async () => {
  const { told } = open([streamed([Buffer.from('on'), Buffer.from('e')])])
  assert.equal(await told(), '200 one (fwd=uri-miss)')
  assert.equal(await told(), '200 one (hit; ttl=60)')
  function* breaking() {
    yield Buffer.from('on')
    throw new Error('broken off')
  }
  const { get, told: later } = open([() => streamed(breaking()), reply('two')])
  const { body } = await get()
  await assert.rejects(buffer(body as Readable))
  assert.match(await later(), /^200 two \(fwd=uri-miss/)
})

test('a caller who leaves takes nothing from those who wait', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  async function* slowly() {
    yield Buffer.from('on')
    await released
    yield Buffer.from('e')
  }
  const { get, told, asked, isForOthers } = open([() => ({ ...reply(''), body: Readable.from(slowly()) })])
  const leader = get()
  const waiting = told()
  const { body } = await leader
  ;(body as Readable).destroy()
  release()
  assert.equal(await waiting, '200 one (fwd=uri-miss; ttl=60; collapsed)')
  assert.equal(asked.length, 1)
  await told({ authorization: 'a' }, { method: 'POST' })
  assert.deepEqual(isForOthers, [true, false])
})

const megabyte = Buffer.alloc(1024 * 1024)

test('a body that is too large is passed on, held back by its reader, and not kept', async () => {
  let produced = 0
  function* many() {
    for (let count = 0; count < 64; count++, produced++) yield megabyte
  }
  for (const headers of [{}, { 'content-length': String(64 * megabyte.length) }]) {
    produced = 0
    const { get, asked } = open([() => streamed(many(), headers)], { maxBytes: 2 ** 24, maxResponseBytes: 2 ** 22 })
    const { body } = await get()
    for (let turn = 0; turn < 50; turn++) await soon()
    assert.ok(produced < 30, `${produced} MB were read ahead`)
    assert.equal((await buffer(body as Readable)).length, 64 * megabyte.length)
    await get()
    assert.equal(asked.length, 2)
  }
})

test('a body in memory that is too large is passed on, and not kept', async () => {
  const { get, asked } = open([{ ...reply(''), body: megabyte }], { maxBytes: 2 ** 24, maxResponseBytes: 2 ** 19 })
  const { headers, body } = await get()
  assert.deepEqual([headers['cache-status'], body], ['modelkeep; fwd=uri-miss; ttl=60', megabyte])
  await get()
  assert.equal(asked.length, 2)
})

test('an answer that may not be kept takes nothing from others who fail', async () => {
  const { told, after } = open([
    reply('one', { etag: '"a"' }),
    reply('busy', { 'cache-control': 'no-store' }, 503),
    reply('two'),
  ])
  await told()
  after(60)
  assert.match(await told(), /^503 busy/)
  assert.match(await told(), /^200 two \(fwd=stale/)
})

test('a reader who leaves a body that is too large ends it', async () => {
  let ended = false
  function* endless() {
    try {
      for (;;) yield megabyte
    } finally {
      ended = true
    }
  }
  const { get } = open([() => streamed(endless())], { maxBytes: 2 ** 24, maxResponseBytes: 2 ** 22 })
  const { body } = await get()
  ;(body as Readable).destroy()
  for (let turn = 0; turn < 50 && !ended; turn++) await soon()
  assert.ok(ended)
})

test('no more bytes are kept than may be, with headers and keys; what nobody asked for longest goes first', async () => {
  const { edge, get, asked } = open([reply('x'.repeat(100_000), { a: 'y'.repeat(100_000) })], {
    maxBytes: 1_000_000,
    maxResponseBytes: 500_000,
  })
  const at = (path: string) => get({}, { url: `https://hub.example/${path}` })
  for (const path of ['1', '2', '3']) await at(path)
  await at('1')
  await at('4')
  assert.equal(asked.length, 4)
  await at('1')
  assert.equal(asked.length, 4)
  await at('2')
  assert.equal(asked.length, 5)
  const { responses, bytes, evicted } = edge.size()
  assert.deepEqual([responses, evicted], [3, 2])
  assert.ok(bytes > 900_000 && bytes <= 1_000_000, `${bytes} bytes`)
  edge.clear()
  assert.deepEqual(edge.size(), { responses: 0, bytes: 0, evicted: 2 }, 'what is forgotten has made room for nothing')
})

test('answers of one URI have a bound of their own', async () => {
  const { edge, get, asked } = open([reply('x', { vary: 'a' })])
  for (let a = 0; a < 40; a++) await get({ a: String(a) })
  assert.equal(edge.size().responses, 32)
  await get({ a: '39' })
  assert.equal(asked.length, 40)
  await get({ a: '0' })
  assert.equal(asked.length, 41)
})
