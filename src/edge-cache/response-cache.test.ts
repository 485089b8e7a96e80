import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type CacheLookup, openResponseCache, type ProducedResponse } from './response-cache.ts'

/** A cache over a catalog whose changes the test names, at a time that it sets; answers count how often they were made. */
function cacheOf({ maxBytes = 1_000_000 }: { maxBytes?: number } = {}) {
  const changes: (readonly string[] | 'catalog')[] = []
  const clock = { now: 1_000_000 }
  const errors: unknown[] = []
  const cache = openResponseCache({
    maxBytes,
    changes: {
      catalogRevision: () => changes.length,
      catalogChangesSince(revision) {
        const later = changes.slice(revision)
        return later.includes('catalog') ? 'catalog' : (later as string[][]).flat()
      },
    },
    now: () => clock.now,
    onError: (error) => errors.push(error),
  })
  let made = 0
  const ask = async (
    key: string,
    { answer = {}, ...asked }: Partial<CacheLookup> & { answer?: Partial<ProducedResponse> } = {},
  ) => {
    const found = await cache.getOrProduce({ key, encoding: 'identity', ...asked }, async () => ({
      status: 200,
      headers: {},
      freshSeconds: 300,
      staleSeconds: 150,
      body: Buffer.from(`${key} ${++made}`),
      ...answer,
    }))
    return { text: found.answer.body.toString(), ...found }
  }
  const told = async (...asked: Parameters<typeof ask>) => {
    const { text, handling } = await ask(...asked)
    return `${text} ${handling.forwarded === undefined ? 'hit' : 'miss'}`
  }
  return { cache, changes, clock, errors, ask, told, madeCount: () => made }
}

test('an answer is made once, and given while it is fresh', async () => {
  const { ask, told, clock, cache } = cacheOf()
  const first = await ask('/a')
  assert.deepEqual(first.handling, { forwarded: 'uri-miss', isCollapsed: false, isStored: true })
  clock.now += 299_999
  assert.equal(await told('/a'), '/a 1 hit')
  assert.equal(cache.getFresh(first.answer.entryKey)?.body.toString(), '/a 1')
  clock.now += 1
  assert.equal(cache.getFresh(first.answer.entryKey), undefined)
})

test('RFC 5861 §3: a stale answer is given while one request makes it anew, however many ask', async () => {
  const { told, clock, madeCount } = cacheOf()
  await told('/a')
  clock.now += 300_000
  const both = await Promise.all([told('/a'), told('/a'), told('/a')])
  assert.deepEqual(both, ['/a 1 hit', '/a 1 hit', '/a 1 hit'])
  assert.equal(madeCount(), 2)
  assert.equal(await told('/a'), '/a 2 hit')
})

test('RFC 5861 §3: past its time a stale answer is given no more', async () => {
  const { ask, clock } = cacheOf()
  await ask('/a')
  clock.now += 450_000
  const { text, handling } = await ask('/a')
  assert.deepEqual([text, handling], ['/a 2', { forwarded: 'stale', isCollapsed: false, isStored: true }])
})

test('a failure to make an answer anew in the background is told, and the one that is there goes on', async () => {
  const { cache, told, clock, errors } = cacheOf()
  await told('/a')
  clock.now += 300_000
  const failing = async () => {
    throw new Error('no database')
  }
  const asked = [1, 2, 3].map(() => cache.getOrProduce({ key: '/a', encoding: 'identity' }, failing))
  for (const { answer } of await Promise.all(asked)) assert.equal(answer.body.toString(), '/a 1')
  await new Promise(setImmediate)
  assert.equal(String(errors), 'Error: no database', 'told once')
  await assert.rejects(cache.getOrProduce({ key: '/b', encoding: 'identity' }, failing), /no database/)
  assert.equal(await told('/b'), '/b 2 miss')
})

test('a thousand who ask for a cold key at once have it made once', async () => {
  const { ask, madeCount } = cacheOf()
  const answers = await Promise.all(Array.from({ length: 1000 }, () => ask('/a')))
  assert.equal(madeCount(), 1)
  assert.equal(answers.filter(({ handling }) => handling.isCollapsed).length, 999)
  assert.ok(answers.every(({ text }) => text === '/a 1'))
})

test('who asks after a change does not get what was begun before it', async () => {
  const { cache, changes, told } = cacheOf()
  const { promise, resolve } = Promise.withResolvers<ProducedResponse>()
  const early = cache.getOrProduce({ key: '/a', encoding: 'identity' }, () => promise)
  changes.push(['model 7'])
  assert.equal(await told('/a', { answer: { tags: ['model 7'] } }), '/a 1 miss')
  resolve({ status: 200, headers: {}, body: Buffer.from('old'), tags: ['model 7'], freshSeconds: 300, staleSeconds: 0 })
  assert.equal((await early).answer.body.toString(), 'old')
  assert.equal(await told('/a'), '/a 1 hit', 'the old one took the place of the new one')
})

test('a change drops the answers that carry its keys, and leaves the others', async () => {
  const { changes, told } = cacheOf()
  const all = async () => [
    await told('/seven', { answer: { tags: ['model 7'] } }),
    await told('/eight', { answer: { tags: ['model 8'] } }),
    await told('/list', { answer: { tags: ['models', 'model 7', 'model 8'] } }),
    await told('/fixed', { answer: { tags: [] } }),
    await told('/any'),
  ]
  await all()
  changes.push(['model 8'], ['model 9'])
  assert.deepEqual(await all(), ['/seven 1 hit', '/eight 6 miss', '/list 7 miss', '/fixed 4 hit', '/any 8 miss'])
  changes.push(['models'])
  assert.deepEqual(await all(), ['/seven 1 hit', '/eight 6 hit', '/list 9 miss', '/fixed 4 hit', '/any 10 miss'])
  changes.push('catalog')
  assert.equal((await all()).filter((text) => text.endsWith('hit')).length, 0)
})

test('what a change concerned while it was made is given to who waited, and not kept', async () => {
  for (const [change, tags, stored] of [
    [['model 7'], ['model 7'], false],
    [['model 8'], ['model 7'], true],
    [['model 8'], undefined, false],
    ['catalog', ['model 7'], false],
  ] as const) {
    const { cache, changes } = cacheOf()
    const { handling } = await cache.getOrProduce({ key: '/a', encoding: 'identity' }, async () => {
      changes.push(change)
      return { status: 200, headers: {}, body: Buffer.from('x'), tags, freshSeconds: 300, staleSeconds: 150 }
    })
    assert.equal(handling.isStored, stored, JSON.stringify([change, tags]))
  }
})

test('each encoding is written once, has a validator of its own, and goes with the answer', async () => {
  const { ask, changes, clock, madeCount } = cacheOf()
  const body = Buffer.from('a model '.repeat(1000))
  const answer = { body, keys: ['model 7'] }
  const packed = await Promise.all([1, 2, 3].map(() => ask('/a', { encoding: 'gzip', answer })))
  assert.ok(gunzipSync(packed[0]?.answer.body ?? '').equals(body))
  assert.ok(packed.every((each) => each.answer.body === packed[0]?.answer.body))
  assert.equal(packed[0]?.answer.headers['content-encoding'], 'gzip')
  const plain = await ask('/a', { answer })
  assert.ok(plain.answer.body.equals(body))
  const etags = new Set([plain.answer.etag, packed[0]?.answer.etag, (await ask('/a', { encoding: 'br' })).answer.etag])
  assert.equal(etags.size, 3)
  assert.equal(madeCount(), 1)
  assert.equal((await ask('/a', { encoding: 'gzip' })).answer.body, packed[0]?.answer.body)

  clock.now += 300_000
  const anew = { body: Buffer.from('another '.repeat(1000)), keys: ['model 7'] }
  await ask('/a', { encoding: 'gzip', answer: anew })
  assert.ok(gunzipSync((await ask('/a', { encoding: 'gzip' })).answer.body).equals(anew.body))
  changes.push(['model 7'])
  assert.equal((await ask('/a', { encoding: 'gzip', answer })).handling.forwarded, 'uri-miss')
})

test('a short answer is the same in every encoding', async () => {
  const { ask } = cacheOf()
  const { answer } = await ask('/a', { encoding: 'gzip' })
  assert.deepEqual([answer.encoding, answer.headers, answer.body.toString()], ['identity', {}, '/a 1'])
})

test('a client that takes no answer of this age gets a new one, which others are given then', async () => {
  const { ask, told, clock } = cacheOf()
  await told('/a')
  clock.now += 60_000
  const seen: [number, number][] = []
  const isAcceptable = (age: number, freshFor: number) => {
    seen.push([age, freshFor])
    return false
  }
  const { text, handling } = await ask('/a', { isAcceptable })
  assert.deepEqual([text, handling.forwarded, seen], ['/a 2', 'request', [[60_000, 240_000]]])
  assert.equal(await told('/a'), '/a 2 hit')
  assert.equal((await ask('/b', { isAcceptable })).handling.forwarded, 'uri-miss')
})

test('an answer of no time is for those who wait alone', async () => {
  const { told } = cacheOf()
  assert.equal(await told('/a', { answer: { freshSeconds: 0 } }), '/a 1 miss')
  assert.equal(await told('/a'), '/a 2 miss')
})

test('it holds no more bytes than it may, and gives up what was used least of late', async () => {
  const { told } = cacheOf({ maxBytes: 8000 })
  const answer = { body: Buffer.alloc(2000, 'x'), keys: ['k'] }
  for (const key of ['/a', '/b', '/c']) await told(key, { answer })
  assert.match(await told('/a', { answer }), /hit$/)
  for (const key of ['/d', '/d']) assert.match(await told(key, { answer }), /miss$/)
  for (const key of ['/a', '/d']) assert.match(await told(key, { answer }), /hit$/)
  assert.match(await told('/b', { answer }), /miss$/)
  await told('/big', { answer: { body: Buffer.alloc(9000) } })
  assert.match(await told('/big'), /miss$/)
})

test('what is asked once pushes out nothing that is fresh', async () => {
  const { told, clock, cache } = cacheOf({ maxBytes: 8000 })
  const answer = { body: Buffer.alloc(2000, 'x'), keys: ['k'] }
  for (const key of ['/a', '/b', '/c']) await told(key, { answer })
  for (let page = 0; page < 100; page++) await told(`/walk/${page}`, { answer, encoding: 'gzip' })
  for (const key of ['/a', '/b', '/c']) assert.match(await told(key, { answer }), /hit$/, key)
  assert.equal(cache.size().evicted, 0)
  // Those that nobody asks for any more give their place to whoever comes.
  clock.now += 300_000
  await told('/new', { answer })
  assert.match(await told('/new', { answer }), /hit$/)
  // One that is kept and stale is made anew in its place, though it asks for room once.
  assert.match(await told('/c', { answer }), /hit$/)
  assert.match(await told('/c', { answer }), /hit$/)
  assert.equal((await cache.getOrProduce({ key: '/c', encoding: 'identity' }, assert.fail)).handling.freshFor, 300_000)
})

test('an answer in an encoding holds no other bytes, which would stay when the plain ones have made room', async () => {
  const { ask } = cacheOf()
  const { answer } = await ask('/a', { encoding: 'gzip', answer: { body: Buffer.alloc(10_000) } })
  // Nor is it a part of the piece of memory that it was written into.
  assert.equal(answer.body.buffer.byteLength, answer.body.length)
  const held = new Set<unknown>()
  const look = (value: unknown) => {
    if (typeof value !== 'object' || value === null || held.has(value)) return
    held.add(value)
    if (!Buffer.isBuffer(value)) for (const part of Object.values(value)) look(part)
  }
  look(answer)
  assert.deepEqual(
    [...held].filter((value) => Buffer.isBuffer(value)),
    [answer.body],
  )
  assert.ok(answer.body.length < 1000)
})

test('what a flood of one requester makes is kept when it is requested again; others are kept at once', async () => {
  const { cache, ask, told } = cacheOf()
  const flood = Array.from({ length: 100 }, (_, index) => ask(`/flood/${index}`, { requester: 'n' }))
  const other = ask('/other', { requester: 'm' })
  await Promise.all([...flood, other])
  assert.equal(cache.size().responses, 8 + 1)
  assert.match(await told('/other', { requester: 'm' }), /hit$/)
  const again = Array.from({ length: 20 }, (_, index) => ask(`/flood/${index}`, { requester: 'n' }))
  await Promise.all(again)
  assert.equal(cache.size().responses, 20 + 1)
})
