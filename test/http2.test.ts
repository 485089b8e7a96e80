import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { connect as connectHttp2, constants } from 'node:http2'
import { request as requestHttps } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as later } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { pino } from 'pino'
import { makeCertificate } from './certificate.ts'
import { eventually } from './eventually.ts'
import { type HubServerFixture, password, withHubServer } from './hub-server.fixture.ts'

interface Got {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}
interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string
}
/** Asks over one protocol; the certificate is checked. */
type Ask = (target: string, asked?: Asked) => Promise<Got>

const certificate = makeCertificate()

/** Runs `run` once over each protocol that TLS offers, on one hub. */
const overBoth = (run: (hub: HubServerFixture, ask: Ask, protocol: 'h2' | 'http/1.1') => Promise<void>) =>
  withHubServer(
    async (hub) => {
      await run(hub, askHttp1(hub.origin), 'http/1.1')
      const session = connectHttp2(hub.origin, { ca: certificate.cert })
      try {
        await once(session, 'connect')
        assert.equal(session.alpnProtocol, 'h2')
        await run(
          hub,
          async (target, { method = 'GET', headers = {}, body } = {}) => {
            const stream = session.request({ ':path': pathOf(target), ':method': method, ...headers })
            stream.end(body)
            const [answered] = (await once(stream, 'response')) as [Got['headers'] & { ':status': number }]
            return { status: answered[':status'], headers: answered, body: await buffer(stream) }
          },
          'h2',
        )
      } finally {
        session.close()
      }
    },
    { tls: certificate },
  )

const askHttp1 =
  (origin: string): Ask =>
  async (target, { method = 'GET', headers = {}, body } = {}) => {
    const request = requestHttps(new URL(target, origin), { ca: certificate.cert, method, headers })
    request.end(body)
    const [response] = await once(request, 'response')
    return { status: response.statusCode, headers: response.headers, body: await buffer(response) }
  }

/** Addresses that the hub gives are absolute; `:path` is what follows the host. */
const pathOf = (target: string): string => target.replace(/^https:\/\/[^/]+/, '')
const json = ({ body }: Got) => JSON.parse(body.toString())

test('clients that offer HTTP/2 get it, others HTTP/1.1, both over TLS', () =>
  withHubServer(
    async ({ origin }) => {
      const { port } = new URL(origin)
      for (const [offered, chosen] of [
        [['h2', 'http/1.1'], 'h2'],
        [['http/1.1', 'h2'], 'h2'],
        [['http/1.1'], 'http/1.1'],
        [undefined, false],
      ] as const) {
        const socket = connectTls({
          host: '127.0.0.1',
          port: Number(port),
          ca: certificate.cert,
          ...(offered && { ALPNProtocols: [...offered] }),
        })
        await once(socket, 'secureConnect')
        assert.equal(socket.alpnProtocol, chosen)
        assert.equal(socket.authorized, true)
        socket.destroy()
      }
    },
    { tls: certificate },
  ))

test('a kept answer is the same over both, whole, by its headers alone, and unchanged', () =>
  overBoth(async (hub, ask, protocol) => {
    await hub.addModel({})
    const token = await hub.addToken(await hub.addAccount(`eve-${protocol.replace('/', '')}`))
    const first = await ask('/api/v1/models?limit=1')
    for (const round of [1, 2, 3]) {
      const whole = await ask('/api/v1/models?limit=1')
      assert.match(String(whole.headers['cache-status']), /^modelkeep; hit/, `${protocol}, ${round}`)
      assert.ok(whole.body.equals(first.body))
      const head = await ask('/api/v1/models?limit=1', { method: 'HEAD' })
      assert.deepEqual([head.status, head.body.length], [200, 0])
      assert.equal(head.headers['content-length'], String(whole.body.length))
      const headers = { 'if-none-match': String(whole.headers.etag) }
      const unchanged = await ask('/api/v1/models?limit=1', { headers })
      assert.deepEqual([unchanged.status, unchanged.body.length], [304, 0])
      for (const { headers: same } of [whole, head, unchanged])
        assert.equal(same['strict-transport-security'], 'max-age=31536000')
      const own = await ask('/api/v1/models?limit=1', { headers: { authorization: `Bearer ${token}` } })
      assert.equal(own.headers['cache-control'], 'private, no-store', 'a caller who is known is given no kept answer')
    }
  }))

test('a kept answer that is reset while it leaves, for whatever reason, harms nobody else', () =>
  withHubServer(
    async (hub) => {
      for (let count = 0; count < 40; count++) await hub.addModel({ description: 'x'.repeat(20_000) })
      const session = connectHttp2(hub.origin, { ca: certificate.cert })
      const ask = async (reason?: number) => {
        const stream = session.request({ ':path': '/api/v1/models?limit=40' })
        stream.on('error', () => undefined)
        const [headers] = (await once(stream, 'response')) as [Got['headers']]
        if (reason !== undefined) stream.close(reason)
        stream.resume()
        // Not by `once`, which takes the error for its own.
        await new Promise((resolve) => stream.on('close', resolve))
        return String(headers['cache-status'])
      }
      try {
        // The third time it comes by the front.
        for (let time = 0; time < 2; time++) await ask()
        for (const reason of [constants.NGHTTP2_PROTOCOL_ERROR, constants.NGHTTP2_INTERNAL_ERROR]) await ask(reason)
        assert.match(await ask(), /^modelkeep; hit/)
      } finally {
        session.destroy()
      }
    },
    { tls: certificate },
  ))

test('lists, the caller and errors are answered alike, with addresses of HTTPS', () =>
  overBoth(async (hub, ask, protocol) => {
    const accountId = await hub.addAccount(`ada-${protocol.replace('/', '')}`)
    const authorization = `Bearer ${await hub.addToken(accountId)}`
    await hub.addModel({})
    await hub.addModel({})

    const list = await ask('/api/v1/models?limit=1')
    assert.equal(list.status, 200)
    assert.equal(list.headers['content-type'], 'application/json; charset=utf-8')
    assert.match(String(list.headers['cache-control']), /^public, s-maxage=300/)
    const { items, metadata } = json(list)
    assert.ok(metadata.nextPage.startsWith(`${hub.origin}/api/v1/models?`), metadata.nextPage)
    assert.match(items[0].modelVersions[0].downloadUrl, /^https:\/\/127\.0\.0\.1:\d+\/api\/download\/models\/\d+$/)
    assert.equal(json(await ask(metadata.nextPage)).items.length, 1)

    const me = await ask('/api/v1/me', { headers: { authorization } })
    assert.deepEqual([me.status, json(me).id], [200, accountId])
    const nobody = await ask('/api/v1/me')
    assert.deepEqual([nobody.status, json(nobody)], [401, { error: 'Unauthorized' }])
    assert.equal(nobody.headers['www-authenticate'], 'Bearer')
    assert.equal((await ask('/api/nothing')).status, 404)
    assert.equal((await ask('/api/v1/me', { method: 'DELETE' })).headers.allow, 'GET, HEAD, OPTIONS')
    assert.equal((await ask('/readyz')).status, 200)
  }))

test('HEAD answers as GET does, without a body', () =>
  overBoth(async (hub, ask) => {
    const { versionId } = await hub.addFile(`head-${randomBytes(4).toString('hex')}.safetensors`, randomBytes(5000))
    const bytes = String((await ask(`/api/download/models/${versionId}`)).headers.location)
    for (const target of ['/api/v1/models', '/', bytes]) {
      const [get, head] = [await ask(target), await ask(target, { method: 'HEAD' })]
      assert.equal(head.status, 200)
      assert.equal(head.body.length, 0)
      for (const name of ['content-type', 'content-length', 'cache-control', 'etag'])
        assert.equal(head.headers[name], get.headers[name], `${name} of ${target}`)
    }
  }))

test('a download goes through the redirect, in parts that fit together', () =>
  overBoth(async (hub, ask) => {
    const bytes = randomBytes(300_000)
    const { versionId } = await hub.addFile(`part-${randomBytes(4).toString('hex')}.safetensors`, bytes)
    const first = await ask(`/api/download/models/${versionId}`, { headers: { range: 'bytes=0-99999' } })
    assert.equal(first.status, 307)
    const location = String(first.headers.location)
    assert.ok(location.startsWith(`${hub.origin}/files/`), location)

    const parts = []
    for (const range of ['bytes=0-99999', 'bytes=100000-299998', 'bytes=-1']) {
      const part = await ask(location, { headers: { range } })
      assert.equal(part.status, 206, range)
      assert.equal(part.headers['content-length'], String(part.body.length))
      parts.push(part.body)
    }
    assert.ok(Buffer.concat(parts).equals(bytes))
    const beyond = await ask(location, { headers: { range: 'bytes=300000-' } })
    assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, 'bytes */300000'])
    assert.ok((await ask(location)).body.equals(bytes))
  }))

test('a browser signs in with a cookie that is for HTTPS alone', () =>
  overBoth(async (hub, ask, protocol) => {
    const name = `eve-${protocol.replace('/', '')}`
    await hub.addAccount(name)
    const signedIn = await ask('/api/auth/sign-in/username', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: hub.origin },
      body: JSON.stringify({ username: name, password }),
    })
    assert.equal(signedIn.status, 200)
    const [cookie = ''] = [signedIn.headers['set-cookie']].flat()
    assert.match(cookie, /^__Secure-modelkeep\.session_token=.*HttpOnly.*; Secure/i)
    const me = await ask('/api/v1/me', { headers: { cookie: cookie.split(';', 1)[0] ?? '' } })
    assert.deepEqual([me.status, json(me).username], [200, name])
  }))

test('browsers are told to stay with HTTPS where there is any, and only there', async () => {
  await overBoth(async (_hub, ask) => {
    for (const target of ['/api/v1/me', '/models', '/healthz'])
      assert.equal((await ask(target)).headers['strict-transport-security'], 'max-age=31536000', target)
  })
  await withHubServer(async ({ request }) => {
    assert.equal((await request('/models')).headers.get('strict-transport-security'), null)
  })
})

test('a connection that never asks anything does not keep the hub from closing', async (t) => {
  for (const tls of [certificate, undefined]) {
    await withHubServer(
      async ({ origin }) => {
        const to = { host: '127.0.0.1', port: Number(new URL(origin).port) }
        const offered = tls && { ca: tls.cert, ALPNProtocols: ['http/1.1'] }
        const socket = offered ? connectTls({ ...to, ...offered }) : connectTcp(to)
        await once(socket, offered ? 'secureConnect' : 'connect')
        socket.on('error', () => {})
        // The hub closes when this returns; meanwhile its time to drain goes by at once.
        t.mock.timers.enable({ apis: ['setTimeout'] })
        const passTime = () => {
          if (socket.destroyed) return t.mock.timers.reset()
          t.mock.timers.tick(1000)
          setImmediate(passTime)
        }
        setImmediate(passTime)
      },
      { tls },
    )
  }
})

test('segments of HTTP/1.1 over TLS are not held back until the client acknowledges those before', async (context) => {
  const accepted: object[] = []
  const note = (message: unknown) => accepted.push((message as { socket: object }).socket)
  subscribe('net.server.socket', note)
  context.after(() => unsubscribe('net.server.socket', note))
  await overBoth(async (_hub, ask) => {
    await ask('/healthz')
  })
  assert.ok(accepted.length >= 2)
  for (const socket of accepted) {
    // Node notes on each socket whether it has told the system so (TCP_NODELAY).
    const noted = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'kSetNoDelay')
    assert.equal(noted && Reflect.get(socket, noted), true)
  }
})

test('a connection of HTTP/2 is told how many streams it may have open, and those beyond are refused', () =>
  withHubServer(
    async ({ origin }) => {
      const session = connectHttp2(origin, { ca: certificate.cert })
      try {
        const [settings] = await once(session, 'remoteSettings')
        assert.equal(settings.maxConcurrentStreams, 100)
      } finally {
        session.close()
      }
    },
    { tls: certificate },
  ))

/** A frame of HTTP/2 (RFC 9113 §4.1). */
function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** Fields as literals without indexing (RFC 7541 §6.2.2); each name and value has fewer than 127 bytes. */
const fieldBlock = (fields: Record<string, string>): Buffer =>
  Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [
      Buffer.of(0, name.length),
      Buffer.from(name),
      Buffer.of(value.length),
      Buffer.from(value),
    ]),
  )

test('a request whose body breaks off is never handled, whatever part of it has come', () => {
  const failures: string[] = []
  const log = pino({ level: 'error' }, { write: (line) => void failures.push(line) })
  return withHubServer(
    async ({ origin, addAccount, addToken }) => {
      const path = '/api/v1/tokens/revoke'
      const token = await addToken(await addAccount('ada'))
      const statusOfToken = async () =>
        (await askHttp1(origin)('/api/v1/me', { headers: { authorization: `Bearer ${token}` } })).status
      const part = Buffer.from(JSON.stringify({ tokens: [token] }))
      const { host, port } = new URL(origin)
      const head = { ':method': 'POST', ':scheme': 'https', ':authority': host, ':path': path }
      const open = async (bodyFlags: number) => {
        const socket = connectTls({
          host: '127.0.0.1',
          port: Number(port),
          ca: certificate.cert,
          ALPNProtocols: ['h2'],
        })
        await once(socket, 'secureConnect')
        socket
          .resume()
          .write(
            Buffer.concat([
              Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
              frame(4, 0, 0, Buffer.alloc(0)),
              frame(1, 4, 1, fieldBlock({ ...head, 'content-type': 'application/json' })),
              frame(0, bodyFlags, 1, part),
            ]),
          )
        // The hub has read the part, and waits for more.
        await later(50)
        return socket
      }
      const reset = await open(0)
      reset.write(frame(3, 0, 1, Buffer.of(0, 0, 0, constants.NGHTTP2_CANCEL)))
      await later(50)
      assert.equal(await statusOfToken(), 200, 'after a reset of the stream')
      reset.write(frame(0, 0, 3, part)) // a connection error
      await once(reset, 'close')
      const lost = await open(0)
      lost.destroy()
      await later(50)
      assert.equal(await statusOfToken(), 200, 'after the end of the connection')
      const failed = await open(0)
      failed.write(frame(0, 0, 5, part))
      await once(failed, 'close')
      assert.equal(await statusOfToken(), 200, 'after an error of the connection')
      const whole = await open(1)
      await eventually(async () => (await statusOfToken()) === 401, 'a whole body is handled')
      whole.destroy()
      assert.deepEqual(failures, [])
    },
    { tls: certificate, log },
  )
})
