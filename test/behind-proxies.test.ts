import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { type Answer, type Asked, actorContext, password, startHub, trustedOrigin } from './conformance/hub.ts'
import { idsOfKind, tidal } from './conformance/library.ts'
import { eventually } from './eventually.ts'
import { documented, type Front, startHurry, startNginx, startVarnish } from './proxies.fixture.ts'

/*
 * The hub behind caches of others: nginx and Varnish, each with the configuration that the documentation gives and with
 * the shortest one that people write. Whatever came before, everybody gets what the hub itself would give them.
 */

const hub = await startHub({ accounts: ['ada', 'bob'], flags: ['--trust-proxy', '127.0.0.1'] })
const hurry = await startHurry(hub.origin)
const hubAddress = hurry.origin.replace('http://', '')
const [hubHost = '', hubPort = ''] = hubAddress.split(':')

const shortestNginx = ({ port, directory, origin }: { port: number; directory: string; origin: string }) => `
  proxy_cache_path ${directory}/cache keys_zone=hub:1m;
  server {
    listen 127.0.0.1:${port};
    proxy_cache hub;
    proxy_cache_valid any 10m;
    proxy_cache_use_stale updating;
    proxy_cache_background_update on;
    location / { proxy_pass ${origin}; }
  }`

const starts: Record<string, () => Promise<Front>> = {
  'nginx as documented': () =>
    startNginx(({ port, directory }) =>
      documented('nginx', {
        'listen 80': `listen 127.0.0.1:${port}`,
        'http://127.0.0.1:3333': hurry.origin,
        '/var/cache/nginx/modelkeep': `${directory}/cache`,
      }),
    ),
  'the shortest nginx': () => startNginx((at) => shortestNginx({ ...at, origin: hurry.origin })),
  'Varnish as documented': async () =>
    startVarnish(await documented('vcl', { '"127.0.0.1"': `"${hubHost}"`, '"3333"': `"${hubPort}"` })),
  'the shortest Varnish': () => startVarnish(`vcl 4.1; backend hub { .host = "${hubHost}"; .port = "${hubPort}"; }`),
}

/** Who asks, and how: what is added to a target, and the rest of the request. */
interface Caller {
  name: string
  query?: string
  asked: Asked
}
const nobody: Caller = { name: 'nobody', asked: {} }
let known: Caller[]
let agent: Agent
const fronts = new Map<string, Front>()
before(async () => {
  agent = new Agent({ keepAlive: true })
  await Promise.all(Object.entries(starts).map(async ([title, start]) => fronts.set(title, await start())))
  const [ada, bob] = await Promise.all([hub.createToken('ada'), hub.createToken('bob')])
  const signedIn = await hub.ask('/api/auth/sign-in/username', { method: 'POST', json: { username: 'bob', password } })
  const cookie = signedIn.headers['set-cookie']?.[0]?.split(';')[0] ?? assert.fail('no session')
  for (const [token, kind, model] of [
    [ada, 'favorites', tidal.modelId],
    [ada, 'hidden', idsOfKind(1).modelId],
    [bob, 'hidden', idsOfKind(2).modelId],
  ] as const)
    assert.equal((await hub.ask(`/api/v1/me/${kind}/${model}`, { method: 'PUT', token })).status, 200)
  known = [
    { name: 'a token', asked: { token: ada } },
    { name: 'a token in the address', query: `token=${ada}`, asked: {} },
    { name: 'a session', asked: { headers: { cookie } } },
    { name: 'a token of another person', asked: { token: bob } },
  ]
})
after(async () => {
  agent.destroy()
  for (const front of fronts.values()) await front.close()
  await hurry.close()
  await hub.close()
})

/** Each test has addresses of its own, which nothing has kept yet. */
let fresh = 0
const unasked = (target: string) => `${target}${target.includes('?') ? '&' : '?'}fresh=${++fresh}`
const withQuery = (target: string, { query }: Caller) =>
  query === undefined ? target : `${target}${target.includes('?') ? '&' : '?'}${query}`

/** The same answer is a copy; the hub itself gives each one a number of its own. */
const idOf = ({ headers }: Answer) => String(headers['x-request-id'])
const textOf = ({ body }: Answer) => body.toString()

/** What asks in front, and compares. */
function behind(title: string) {
  const proxy = fronts.get(title) ?? assert.fail()
  const ask = actorContext(proxy.origin, agent)
  const isShortNginx = title === 'the shortest nginx'
  const proxyHost = proxy.origin.replace('http://', '')
  // The shortest nginx tells the hub its own name for it.
  const host = isShortNginx ? hubAddress : proxyHost
  const askAs = (target: string, caller: Caller, more: Record<string, string> = {}) =>
    ask(withQuery(target, caller), { ...caller.asked, headers: { ...caller.asked.headers, ...more } })
  /** What the hub itself gives to this caller. */
  const expectedOf = (target: string, caller: Caller) =>
    hub.ask(withQuery(target, caller), { ...caller.asked, headers: { ...caller.asked.headers, host } })
  const assertOwn = async (target: string, caller: Caller, answer: Answer) => {
    const expected = await expectedOf(target, caller)
    assert.equal(answer.status, expected.status, `${target} for ${caller.name}`)
    assert.ok(answer.body.equals(expected.body), `${target} for ${caller.name}: ${textOf(answer).slice(0, 200)}`)
    assert.equal(
      answer.headers['cache-control']?.replace('s-maxage=1,', 's-maxage=300,'),
      expected.headers['cache-control'],
    )
  }
  /** Asks until a copy comes, and gives it. */
  const copyOf = async (target: string, asked: Asked = {}) => {
    let last = await ask(target, asked)
    await eventually(async () => {
      const before = idOf(last)
      last = await ask(target, asked)
      return idOf(last) === before
    }, `${target} is kept`)
    return last
  }
  return { ask, askAs, assertOwn, copyOf, expectedOf, host, isShortNginx, proxyHost }
}

/** Tests something behind all of them at once. */
function check(name: string, run: (front: ReturnType<typeof behind>) => Promise<void>) {
  test(name, { concurrency: true }, async (context) => {
    await Promise.all(Object.keys(starts).map((title) => context.test(title, () => run(behind(title)))))
  })
}

const shared = ['/api/v1/enums', '/api/v1/models?limit=20', `/api/v1/models/${tidal.modelId}`, '/api/v1/images?limit=5']
const personal = ['/api/v1/me', '/api/v1/models?favorites=true', '/api/v1/models?hidden=true']

check('what everybody is told is kept, and given to nobody who is known', async ({ askAs, assertOwn, copyOf }) => {
  for (const target of shared.map(unasked)) {
    await assertOwn(target, nobody, await copyOf(target))
    for (const caller of known) {
      const answer = await askAs(target, caller)
      await assertOwn(target, caller, answer)
      assert.equal(answer.headers['cache-control'], 'private, no-store')
      assert.notEqual(idOf(await askAs(target, caller)), idOf(answer), `${caller.name} gets no copy at all`)
    }
    await assertOwn(target, nobody, await copyOf(target))
  }
})

test('what callers are told differs', async () => {
  const answers = await Promise.all(
    [nobody, ...known].map(({ query = '', asked }) => hub.ask(`/api/v1/models?limit=20&${query}`, asked)),
  )
  const [nobodys, byToken, byAddress, bySession, byOther] = answers.map(({ body }) =>
    (JSON.parse(body.toString()) as { items: { id: number }[] }).items.map(({ id }) => id).join(),
  )
  assert.ok(
    nobodys !== byToken &&
      byToken === byAddress &&
      nobodys !== bySession &&
      bySession === byOther &&
      byToken !== byOther,
  )
})

check('what a known caller was told first is nobody else’s', async ({ askAs, assertOwn }) => {
  for (const first of [...known, ...known.toReversed()])
    for (const target of shared.map(unasked)) {
      await assertOwn(target, first, await askAs(target, first))
      for (const caller of [nobody, ...known, nobody]) await assertOwn(target, caller, await askAs(target, caller))
    }
})

check('what needs an account is never kept, nor is its refusal', async ({ askAs, assertOwn }) => {
  for (const order of [
    [nobody, ...known],
    [...known, nobody],
    [nobody, nobody, ...known, nobody],
  ])
    for (const target of personal.map(unasked)) {
      const ids = []
      for (const caller of order) {
        const answer = await askAs(target, caller)
        await assertOwn(target, caller, answer)
        assert.equal(answer.status, caller === nobody ? 401 : 200)
        ids.push(idOf(answer))
      }
      assert.equal(new Set(ids).size, ids.length)
    }
})

check(
  'a stale copy is no more anybody’s than a fresh one, also while it is made anew',
  async ({ ask, askAs, assertOwn, copyOf }) => {
    const soonStale = ['/api/v1/models?limit=20&x=soon-stale', '/api/v1/enums?x=soon-stale'].map(unasked)
    const run = async (target: string) => {
      await copyOf(target)
      const asked = hurry.asked(target)
      await pause(2100)
      const callers = [nobody, ...known, nobody, nobody, ...known]
      const answers = await Promise.all(callers.map((caller) => askAs(target, caller)))
      for (const [index, caller] of callers.entries()) await assertOwn(target, caller, answers[index] as Answer)
      await eventually(async () => idOf(await ask(target)) !== '' && hurry.asked(target) > asked, 'it is made anew')
      await assertOwn(target, nobody, await ask(target))
      await pause(2100)
      // Who is known comes first this time, and makes nothing anew for others.
      for (const caller of [...known, nobody]) await assertOwn(target, caller, await askAs(target, caller))
    }
    await Promise.all(soonStale.map(run))
  },
)

check('failures are not kept', async ({ ask }) => {
  for (const target of [
    '/api/v1/models/0',
    '/api/v1/models?limit=101',
    '/api/v1/nothing',
    '/media/none/width=450/x.png',
  ]) {
    const address = unasked(target)
    const ids = []
    for (const _ of [1, 2, 3]) ids.push(idOf(await ask(address)))
    assert.equal(new Set(ids).size, 3, target)
  }
})

check('each encoding is given to who takes it', async ({ ask, expectedOf }) => {
  const decoded: Record<string, (body: Buffer) => Buffer> = {
    gzip: gunzipSync,
    br: brotliDecompressSync,
    zstd: zstdDecompressSync,
    identity: (body) => body,
  }
  const takes = ['gzip', 'identity', 'br', 'zstd', 'gzip, br', 'br, zstd, gzip', undefined]
  for (const order of [takes, takes.toReversed()]) {
    const target = unasked('/api/v1/models?limit=20')
    const plain = textOf(await expectedOf(target, nobody))
    for (const accepted of [...order, ...order]) {
      const answer = await ask(target, { headers: accepted === undefined ? {} : { 'accept-encoding': accepted } })
      const encoding = String(answer.headers['content-encoding'] ?? 'identity')
      assert.ok(encoding === 'identity' || accepted?.split(', ').includes(encoding), `${encoding} for ${accepted}`)
      assert.ok(decoded[encoding]?.(answer.body).equals(Buffer.from(plain)), `${encoding} for ${accepted}`)
    }
  }
})

check('HEAD and conditions are answered from a copy as the hub would', async ({ ask, askAs, assertOwn, copyOf }) => {
  const target = unasked('/api/v1/models?limit=20')
  const copy = await copyOf(target)
  const head = await ask(target, { method: 'HEAD' })
  assert.deepEqual([head.status, head.body.length], [200, 0])
  for (const name of ['content-type', 'cache-control', 'etag'])
    assert.equal(head.headers[name], copy.headers[name], name)
  const etag = String(copy.headers.etag)
  const unchanged = await ask(target, { headers: { 'if-none-match': etag } })
  assert.deepEqual([unchanged.status, unchanged.body.length, unchanged.headers.etag], [304, 0, etag])
  assert.equal((await ask(target, { headers: { 'if-none-match': '"x"' } })).status, 200)
  for (const caller of known) {
    const answer = await askAs(target, caller, { 'if-none-match': etag })
    assert.equal(answer.status, 200, `${caller.name} is told nothing of a copy for everybody`)
    await assertOwn(target, caller, answer)
  }
})

check('nobody makes the addresses in a copy lead elsewhere', async ({ ask, assertOwn }) => {
  const target = unasked('/api/v1/models?limit=2')
  for (const headers of [
    { 'x-forwarded-host': 'evil.example' },
    { 'x-forwarded-proto': 'https' },
    { host: 'evil.example' },
    { forwarded: 'host=evil.example' },
  ] as Record<string, string>[])
    for (const address of [target, unasked(target)]) {
      await ask(address, { headers })
      await ask(address, { headers })
      await assertOwn(address, nobody, await ask(address))
    }
})

check('pages elsewhere may read what a copy tells, trusted ones as themselves', async ({ ask }) => {
  for (const order of [
    [undefined, trustedOrigin, 'https://page.example'],
    [trustedOrigin, undefined],
    ['https://page.example', trustedOrigin],
  ])
    for (const target of [unasked('/api/v1/tags'), unasked('/api/v1/enums')])
      for (const origin of [...order, ...order]) {
        const { headers } = await ask(target, { headers: origin === undefined ? {} : { origin } })
        const allowed = origin === trustedOrigin ? trustedOrigin : '*'
        assert.equal(headers['access-control-allow-origin'], allowed, `${target} from ${origin}`)
      }
})

check(
  'a download leads each caller to an address of their own, and to the same bytes',
  async ({ ask, askAs, host, isShortNginx, proxyHost }) => {
    const target = unasked(`/api/download/models/${tidal.versionId}`)
    const locations = new Map<string, string>()
    for (const caller of [nobody, ...known, nobody]) {
      const answer = await askAs(target, caller)
      assert.equal(answer.status, 307)
      const location = new URL(String(answer.headers.location))
      // nginx rewrites the address where it told the hub another host.
      assert.ok([host, proxyHost].includes(location.host))
      locations.set(caller.name, location.pathname)
    }
    assert.equal(new Set(locations.values()).size, 4, 'one for each account and token, whatever way that came')
    const path = String(locations.get('nobody'))
    const whole = await ask(path)
    const direct = await hub.ask(path)
    assert.ok(whole.body.equals(direct.body))
    for (const name of [
      'etag',
      'content-type',
      'content-disposition',
      'content-length',
      'cache-control',
      'repr-digest',
    ])
      assert.equal(whole.headers[name], direct.headers[name], name)
    assert.notEqual(idOf(await ask(path)), idOf(whole))
    const etag = String(whole.headers.etag)
    const size = whole.body.length
    const part = await ask(path, { headers: { range: 'bytes=100-', 'if-range': etag } })
    // nginx that may keep an address asks for all of it, whatever was asked for: less than it could, and not wrong (RFC 9110 §14.2).
    const expected = isShortNginx ? [200, undefined] : [206, `bytes 100-${size - 1}/${size}`]
    assert.deepEqual([part.status, part.headers['content-range']], expected)
    assert.ok(part.body.equals(whole.body.subarray(isShortNginx ? 0 : 100)))
    const otherwise = await ask(path, { headers: { range: 'bytes=100-', 'if-range': '"x"' } })
    assert.deepEqual([otherwise.status, otherwise.body.length], [200, size])
    assert.equal((await ask(path, { headers: { range: `bytes=${size}-` } })).status, isShortNginx ? 200 : 416)
    assert.equal((await ask(path, { headers: { 'if-none-match': etag } })).status, isShortNginx ? 200 : 304)
    const head = await ask(path, { method: 'HEAD' })
    assert.deepEqual([head.status, head.headers['content-length'], head.body.length], [200, String(size), 0])
    assert.equal((await ask(path.replace('/files/A', '/files/B'))).status, 403)
  },
)

test('nobody is given a picture of a closed hub that somebody known asked for', async (context) => {
  const closed = await startHub({ accounts: ['ada'], flags: ['--anonymous-access', 'closed'] })
  context.after(() => closed.close())
  const [token, { hostname, port, origin }] = [await closed.createToken('ada'), new URL(closed.origin)]
  const own = await Promise.all([
    startNginx((at) => shortestNginx({ ...at, origin })),
    startVarnish(`vcl 4.1; backend hub { .host = "${hostname}"; .port = "${port}"; }`),
  ])
  context.after(() => Promise.all(own.map((front) => front.close())))
  const list = await closed.ask(`/api/v1/images?limit=1&modelId=${tidal.modelId}`, { token })
  const picture = new URL((JSON.parse(textOf(list)) as { items: { url: string }[] }).items[0]?.url ?? '')
  for (const front of own) {
    const ask = actorContext(front.origin, agent)
    for (const target of [picture.pathname, `${picture.pathname}?fresh=1`]) {
      for (const _ of [1, 2]) {
        const answer = await ask(target, { token })
        assert.deepEqual(
          [answer.status, answer.headers['cache-control']],
          [200, 'private, max-age=31536000, immutable'],
        )
        assert.equal((await ask(target)).status, 401)
      }
    }
  }
})
