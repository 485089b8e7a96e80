import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { eventually } from './eventually.ts'
import { type HubServerFixture, withHubServer } from './hub-server.fixture.ts'

const me = '/api/v1/me'
const from = (address: string, more: Record<string, string> = {}) => ({
  headers: { 'x-forwarded-for': address, ...more },
})
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** The statuses of so many same requests, one after the other. */
async function statuses({ request }: HubServerFixture, count: number, target: string, init: RequestInit) {
  const answers = []
  for (let time = 0; time < count; time++) answers.push((await request(target, init)).status)
  return answers
}

const rate = (most: number) => ({ most, seconds: 600 })

test('a network that presents bad tokens is slowed, and no valid token with it', () =>
  withHubServer(
    async (hub) => {
      const token = await hub.addToken(await hub.addAccount('ada'))
      const bad = from('2001:db8:1:2::1', bearer('mk_wrong'))
      assert.deepEqual(await statuses(hub, 5, me, bad), [401, 401, 401, 429, 429])
      const refused = await hub.request(me, from('2001:db8:1:2:ffff::9', bearer('mk_other')))
      assert.equal(refused.status, 429, 'of the same /64')
      assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/)
      assert.equal(refused.headers.get('ratelimit-policy'), '"failures";q=3;w=600')
      assert.match(refused.headers.get('ratelimit') ?? '', /^"failures";r=0;t=\d+$/)
      assert.equal(refused.headers.get('cache-control'), 'private, no-store')
      assert.equal(typeof ((await refused.json()) as { error: unknown }).error, 'string')
      assert.deepEqual(await statuses(hub, 3, me, from('2001:db8:1:2::1', bearer(token))), [200, 200, 200])
      assert.deepEqual(await statuses(hub, 2, '/api/v1/models', bad), [200, 200], 'public answers stay')
      assert.equal((await hub.request(me, from('2001:db8:1:3::1', bearer('mk_wrong')))).status, 401, 'of another /64')
      assert.equal((await hub.request(me, from('2001:db8:1:2::1'))).status, 401, 'without a token nobody guesses')
    },
    { rates: { failures: rate(3) }, trustProxy: true },
  ))

test('a proxy that forwards ports, or no addresses, moves no client past its limit', () =>
  withHubServer(
    async (hub) => {
      const bad = (address: string) => hub.request(me, from(address, bearer('mk_wrong'))).then(({ status }) => status)
      for (const forms of [
        (port: number) => `203.0.113.7:${port}`,
        (port: number) => `[2001:db8::${port}]:${port}`,
        (port: number) => `unknown${port}`,
      ]) {
        const answers = []
        for (let port = 1; port <= 5; port++) answers.push(await bad(forms(port)))
        assert.deepEqual(answers, [401, 401, 401, 429, 429])
      }
    },
    { rates: { failures: rate(3) }, trustProxy: true },
  ))

test('who may not speak for others is limited by its own address, whatever it writes', () =>
  withHubServer(
    async (hub) => {
      for (let time = 0; time < 2; time++)
        assert.equal((await hub.request(me, from(`10.0.0.${time}`, bearer('mk_wrong')))).status, 401)
      assert.equal((await hub.request(me, from('10.0.0.9', bearer('mk_wrong')))).status, 429)
    },
    { rates: { failures: rate(2) }, trustProxy: false },
  ))

test('anonymous requests and those of a token have rates of their own, where they are set', () =>
  withHubServer(
    async (hub) => {
      const ada = await hub.addAccount('ada')
      const [one, other] = [await hub.addToken(ada), await hub.addToken(ada)]
      assert.deepEqual(await statuses(hub, 3, '/api/v1/tags', from('10.0.0.1')), [200, 200, 429])
      assert.deepEqual(await statuses(hub, 1, '/api/v1/tags', from('10.0.0.2')), [200])
      const first = await hub.request(me, from('10.0.0.1', bearer(one)))
      assert.equal(first.headers.get('ratelimit-policy'), '"token";q=3;w=600')
      assert.match(first.headers.get('ratelimit') ?? '', /^"token";r=2;t=\d+$/)
      assert.deepEqual(await statuses(hub, 3, me, from('10.0.0.3', bearer(one))), [200, 200, 429])
      assert.deepEqual(await statuses(hub, 1, me, from('10.0.0.1', bearer(other))), [200])
      const shared = await hub.request('/api/v1/tags', from('10.0.0.4'))
      assert.match(shared.headers.get('cache-control') ?? '', /^public/)
      assert.equal(shared.headers.get('ratelimit'), null, 'caches share it')
      const refused = await hub.request('/api/v1/tags', from('10.0.0.1'))
      assert.match(refused.headers.get('cache-control') ?? '', /no-store/)
    },
    { rates: { anonymous: rate(2), token: rate(3) }, trustProxy: true },
  ))

test('answers that are kept count as any other', () =>
  withHubServer(
    async (hub) => assert.deepEqual(await statuses(hub, 6, '/api/v1/tags', {}), [200, 200, 200, 200, 429, 429]),
    { rates: { anonymous: rate(4) } },
  ))

test('headers that come drop by drop, and connections beyond the bound, are ended; others go on', () =>
  withHubServer(
    async (hub) => {
      const { hostname, port } = new URL(hub.origin)
      const opened: Socket[] = []
      const open = () => {
        const socket = connect(Number(port), hostname).on('error', () => undefined)
        opened.push(socket)
        return socket
      }
      const slow = open()
      let said = ''
      slow.on('data', (bytes: Buffer) => {
        said += bytes
      })
      slow.write('GET /healthz HTTP/1.1\r\nHost: x\r\n')
      const dripping = setInterval(() => slow.writable && slow.write('X-More: 1\r\n'), 200)
      try {
        const flood = Array.from({ length: 40 }, open)
        await eventually(() => flood.filter(({ closed }) => closed).length >= 30, 'the surplus is closed')
        assert.ok(flood.some(({ closed }) => !closed))
        for (const socket of flood) socket.destroy()
        await eventually(() => said !== '' && slow.closed, 'the slow one is ended')
        assert.match(said, /^HTTP\/1\.1 408 /)
        assert.equal((await hub.request('/healthz')).status, 200)
      } finally {
        clearInterval(dripping)
        for (const socket of opened) socket.destroy()
      }
    },
    { maxConnectionsPerNetwork: 10, headersTimeout: 1000 },
  ))
