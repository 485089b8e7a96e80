import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import {
  createServer,
  type IncomingMessage,
  request as nodeRequest,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { request as tlsRequest } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as later } from 'node:timers/promises'
import { openOriginClient } from '../src/edge-cache/origin-client.ts'
import { createProxy, type ProxiedRequest, type ProxyOptions } from '../src/edge-cache/proxy.ts'
import { openSharedCache } from '../src/edge-cache/shared-cache.ts'
import { guardConnections } from '../src/http/connections/guard-connections.ts'
import { openRequestIds } from '../src/http/request-id.ts'
import { makeCertificate } from './certificate.ts'
import { eventually } from './eventually.ts'
import { programIn } from './program.fixture.ts'
import { rawRequest, sendOne, sendRaw } from './raw-http.fixture.ts'

async function listening(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Surroundings {
  /** Where the proxy is. */
  edge: string
  origin: string
  /** What reached the origin. */
  asked: IncomingMessage[]
  /** What the proxy told of. */
  answered: ProxiedRequest[]
}

/** Runs `use` with a proxy in front of an origin that answers by `answer`. */
async function withEdge(
  answer: RequestListener,
  use: (surroundings: Surroundings) => Promise<void>,
  options: Partial<Pick<ProxyOptions, 'isTrusted' | 'tls' | 'idleMilliseconds'>> & {
    forwardsHost?: boolean
    timeoutMilliseconds?: number
  } = {},
): Promise<void> {
  const { isTrusted = () => false, tls, forwardsHost = false, timeoutMilliseconds = 5000, idleMilliseconds } = options
  const asked: IncomingMessage[] = []
  const answered: ProxiedRequest[] = []
  const originServer = createServer((message, response) => {
    asked.push(message)
    answer(message, response)
  })
  const origin = await listening(originServer)
  const client = openOriginClient({ origin, forwardsHost, timeoutMilliseconds })
  const onResponse = (one: ProxiedRequest) => void answered.push(one)
  const idOf = openRequestIds(isTrusted)
  const idle = idleMilliseconds !== undefined && { idleMilliseconds }
  const proxy = createProxy({ cache: openSharedCache(), origin: client, tls, isTrusted, idOf, onResponse, ...idle })
  guardConnections(proxy, { idOf, isTls: tls !== undefined })
  try {
    await use({ edge: await listening(proxy), origin, asked, answered })
  } finally {
    proxy.close().closeAllConnections()
    await client.close()
    originServer.close().closeAllConnections()
  }
}

const cacheable = { 'cache-control': 'max-age=60' }
const saying =
  (body: string, headers: Record<string, string> = cacheable): RequestListener =>
  (_message, response) =>
    void response.writeHead(200, { ...headers, 'content-length': body.length }).end(body)

test('an answer comes from the origin once, then from the cache', () =>
  withEdge(saying('hello', { ...cacheable, etag: '"a"' }), async ({ edge, asked }) => {
    const first = await fetch(`${edge}/a?b=c`)
    assert.deepEqual([first.status, await first.text()], [200, 'hello'])
    assert.match(first.headers.get('cache-status') ?? '', /^modelkeep; fwd=uri-miss/)
    assert.equal(first.headers.get('via'), '1.1 modelkeep')
    const second = await fetch(`${edge}/a?b=c`)
    assert.equal(await second.text(), 'hello')
    assert.equal(second.headers.get('content-length'), '5')
    // A second may end between the two.
    assert.match(second.headers.get('age') ?? '', /^[01]$/)
    assert.match(second.headers.get('cache-status') ?? '', /^modelkeep; hit; ttl=(59|60)$/)
    const known = await sendOne(edge, rawRequest(edge, 'GET /a?b=c', ['If-None-Match: "a"']))
    assert.deepEqual([known.status, known.header('etag')], [304, '"a"'])
    const head = await fetch(`${edge}/a?b=c`, { method: 'HEAD' })
    assert.deepEqual([head.status, await head.text()], [200, ''])
    assert.deepEqual(
      asked.map(({ url }) => url),
      ['/a?b=c'],
    )
  }))

test('an answer has the id of its request, however it came about, and the origin is sent it', () =>
  withEdge(
    saying('', { ...cacheable, 'x-request-id': 'of-the-origin' }),
    async ({ edge, asked, answered }) => {
      const idOf = async (headers: Record<string, string> = {}, path = '/') => {
        const before = answered.length
        const answer = await fetch(edge + path, { headers })
        await eventually(() => answered.length > before, 'it is told')
        const id = answer.headers.get('x-request-id')
        assert.equal(answered.at(-1)?.requestId, id)
        return id
      }
      const first = await idOf()
      assert.match(first ?? '', /^[\da-f]{16}-\d+$/)
      assert.equal(asked[0]?.headers['x-request-id'], first)
      const fromCache = await idOf()
      assert.match(fromCache ?? '', /^[\da-f]{16}-\d+$/)
      assert.notEqual(fromCache, first)
      assert.equal(await idOf({ 'x-request-id': 'of-the-proxy' }, '/other'), 'of-the-proxy')
      assert.equal(asked[1]?.headers['x-request-id'], 'of-the-proxy')
      const [refused] = await sendRaw(edge, 'no HTTP\r\n\r\n')
      assert.match(refused?.header('x-request-id') ?? '', /^[\da-f]{16}-\d+$/)
    },
    { isTrusted: () => true },
  ))

test('the origin learns who asked, and for which host; what an untrusted caller says of that is replaced', () =>
  withEdge(saying('', {}), async ({ edge, origin, asked }) => {
    const claims = { 'x-forwarded-for': '10.9.9.9', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
    await fetch(edge, { headers: { ...claims, forwarded: 'for=10.9.9.9', via: '1.0 before' } })
    const { headers } = asked[0] ?? assert.fail()
    assert.deepEqual(
      ['host', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'via'].map(
        (name) => headers[name],
      ),
      [new URL(origin).host, '127.0.0.1', new URL(edge).host, 'http', undefined, '1.0 before, 1.1 modelkeep'],
    )
  }))

test('a trusted proxy is believed, and the host kept where that is wanted', () =>
  withEdge(
    saying('', {}),
    async ({ edge, asked }) => {
      const claims = { 'x-forwarded-for': '10.9.9.9', 'x-forwarded-host': 'hub.example', 'x-forwarded-proto': 'https' }
      await fetch(edge, { headers: claims })
      const { headers } = asked[0] ?? assert.fail()
      assert.deepEqual(
        ['host', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'].map((name) => headers[name]),
        ['hub.example', '10.9.9.9, 127.0.0.1', 'hub.example', 'https'],
      )
    },
    { isTrusted: () => true, forwardsHost: true },
  ))

test('HTTPS is served with a certificate, and the origin told of it', () => {
  const tls = makeCertificate()
  const use = async ({ edge, asked }: Surroundings) => {
    for (const said of [/uri-miss/, /hit/]) {
      const request = tlsRequest(edge.replace('http:', 'https:'), { ca: tls.cert }).end()
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      assert.equal(await text(response), 'hello')
      assert.match(String(response.headers['cache-status']), said)
    }
    assert.equal(asked[0]?.headers['x-forwarded-proto'], 'https')
  }
  return withEdge(saying('hello'), use, { tls })
})

test('header values pass as the bytes that they are, from the origin and from the cache', async () => {
  const utf8 = Buffer.from('attachment; filename="Модель café.bin"', 'utf8').toString('latin1')
  for (const lengthFirst of [true, false]) {
    const fields = [`Content-Disposition: ${utf8}`, `X-Name: ${utf8}`, 'Cache-Control: max-age=60', 'Connection: close']
    const lines = lengthFirst ? ['Content-Length: 5', ...fields] : fields
    const answer: RequestListener = ({ socket }) =>
      void socket.end(`HTTP/1.1 200 OK\r\n${lines.join('\r\n')}\r\n\r\nbytes`, 'latin1')
    await withEdge(answer, async ({ edge }) => {
      for (const outcome of [/fwd=uri-miss/, /hit/]) {
        const response = await fetch(edge)
        const { headers } = response
        assert.match(headers.get('cache-status') ?? '', outcome)
        assert.equal(headers.get('content-disposition'), utf8)
        assert.equal(headers.get('x-name'), utf8)
        assert.equal(await response.text(), 'bytes')
      }
    })
  }
})

test('answers for different hosts are different answers', () =>
  withEdge(
    (message, response) => saying(String(message.headers['x-forwarded-host']))(message, response),
    async ({ edge }) => {
      for (const host of ['a.example', 'b.example', 'A.example']) {
        const { body } = await sendOne(edge, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
        assert.equal(String(body), host.toLowerCase())
      }
      const { body } = await sendOne(edge, rawRequest(edge, 'GET http://a.example/'))
      assert.equal(String(body), 'a.example')
    },
  ))

test('an answer to a request with a token in its address is kept nowhere', () =>
  withEdge(saying('mine'), async ({ edge, asked }) => {
    for (const target of ['/a?token=x', '/a?token=x', '/a?b&%74oken=x', '/a?b&%74oken=x']) {
      const { headers } = await fetch(edge + target)
      assert.equal(headers.get('cache-status'), 'modelkeep; fwd=bypass')
    }
    assert.equal(asked.length, 4)
  }))

test('RFC 9110 §7.6.1: fields for one connection go no further, in either direction', () =>
  withEdge(
    saying('', { ...cacheable, connection: 'close, x-hop', 'x-hop': '1', 'x-end': '1' }),
    async ({ edge, asked }) => {
      const headers = [
        'Connection: close, X-Mine',
        'X-Mine: 1',
        'X-Theirs: 1',
        'TE: trailers',
        'Keep-Alive: a',
        'Upgrade: b',
      ]
      const answer = await sendOne(
        edge,
        `GET / HTTP/1.1\r\nHost: ${new URL(edge).host}\r\n${headers.join('\r\n')}\r\n\r\n`,
      )
      assert.deepEqual([answer.header('x-hop'), answer.header('x-end')], [undefined, '1'])
      const sent = asked[0]?.headers ?? assert.fail()
      assert.deepEqual(
        [sent['x-mine'], sent['x-theirs'], sent.te, sent.upgrade],
        [undefined, '1', undefined, undefined],
      )
    },
  ))

test('bodies of requests stream to the origin, with a length or in chunks', () =>
  withEdge(
    async (message, response) => response.end(`${message.headers['content-length']} ${await text(message)}`),
    async ({ edge }) => {
      const whole = await fetch(edge, { method: 'PUT', body: 'hello' })
      assert.equal(await whole.text(), '5 hello')
      const inPieces = new ReadableStream({
        async start(controller) {
          for (const piece of ['hel', 'lo']) {
            controller.enqueue(Buffer.from(piece))
            await later(20)
          }
          controller.close()
        },
      })
      const chunked = await fetch(edge, { method: 'POST', body: inPieces, duplex: 'half' } as RequestInit)
      // With a length where all of it was there when the request to the origin began.
      assert.match(await chunked.text(), /^(?:undefined|5) hello$/)
    },
  ))

test('RFC 9110 §10.1.1: a caller that waits to be told to go on is', () =>
  withEdge(
    async (message, response) => response.end(await text(message)),
    async ({ edge }) => {
      const request = nodeRequest(edge, { method: 'POST', headers: { expect: '100-continue', 'content-length': '5' } })
      request.flushHeaders()
      await once(request, 'continue')
      request.end('hello')
      const [response] = await once(request, 'response')
      assert.equal(await text(response), 'hello')
    },
  ))

test('an origin that answers before it has read everything is heard', () =>
  withEdge(
    (_message, response) => void response.writeHead(413, { connection: 'close' }).end('too much'),
    async ({ edge }) => {
      const request = nodeRequest(edge, { method: 'POST', headers: { 'content-length': '50000000' } })
      request.on('error', () => {})
      request.write(Buffer.alloc(100_000))
      const [response] = await once(request, 'response')
      assert.deepEqual([response.statusCode, await text(response)], [413, 'too much'])
      request.destroy()
    },
  ))

test('RFC 9112 §6.3: a request whose length can be read in two ways is refused, and reaches nobody', () =>
  withEdge(saying('hello'), async ({ edge, asked }) => {
    const both = ['Content-Length: 4', 'Transfer-Encoding: chunked']
    const twice = ['Content-Length: 4', 'Content-Length: 5']
    const odd = ['Transfer-Encoding: chunked, identity']
    for (const headers of [both, twice, odd]) {
      const [answer, ...more] = await sendRaw(
        edge,
        rawRequest(edge, 'POST /', headers, '0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n'),
      )
      assert.deepEqual([answer?.status, more.length], [400, 0])
    }
    assert.equal(asked.length, 0)
  }))

test('an offer to upgrade is ignored, and no request after it is lost', () =>
  withEdge(saying('hello'), async ({ edge, asked }) => {
    const last = rawRequest(edge, 'GET /last').toString()
    const get = 'GET /between HTTP/1.1\r\nHost: edge\r\n\r\n'
    const offer = 'Host: edge\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
    for (const [offering, count] of [
      [`GET /offer HTTP/1.1\r\n${offer}\r\n`, 3],
      [`POST /offer HTTP/1.1\r\n${offer}Content-Length: 2\r\n\r\n[]`, 3],
      [`POST /offer HTTP/1.1\r\n${offer}Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n`, 3],
    ] as const) {
      const answers = await sendRaw(edge, `${offering}${get}${last}`)
      assert.deepEqual([answers.length, answers.every(({ status }) => status === 200)], [count, true], offering)
    }
    assert.ok(asked.every(({ headers }) => headers.upgrade === undefined))
    assert.equal((await sendOne(edge, 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n')).status, 405)
  }))

test('another version is 505, another transfer coding than chunked 501, and neither reaches the origin', () =>
  withEdge(saying('hello'), async ({ edge, asked }) => {
    const statusOf = async (line: string, ...fields: string[]) =>
      (
        await sendRaw(
          edge,
          `${[line, 'Host: edge', ...fields].join('\r\n')}\r\n\r\n${fields.length > 0 ? '0\r\n\r\n' : ''}`,
        )
      ).map(({ status }) => status)
    assert.deepEqual(await statusOf('GET / HTTP/2.0'), [505])
    assert.deepEqual(await statusOf('GET / HTTP/0.9'), [505])
    assert.deepEqual(await statusOf('POST / HTTP/1.1', 'Transfer-Encoding: gzip, chunked'), [501])
    assert.deepEqual(await statusOf('POST / HTTP/1.0', 'Transfer-Encoding: chunked'), [400])
    assert.equal(asked.length, 0)
  }))

test('a request without a host or with one that is none is refused', () =>
  withEdge(saying('hello'), async ({ edge }) => {
    for (const host of ['Host: a/b', 'Host: a\r\nHost: b', 'X-No: host', 'Host: ']) {
      const { status } = await sendOne(edge, `GET / HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`)
      assert.equal(status, 400, host)
    }
    assert.equal((await sendOne(edge, rawRequest(edge, 'OPTIONS *'))).status, 400)
  }))

test('an origin that is not there gives 502, one that says nothing 504, and what it said last while it may', async () => {
  const nobody = createTcpServer().listen(0, '127.0.0.1')
  await once(nobody, 'listening')
  const { port } = nobody.address() as AddressInfo
  nobody.close()
  const client = openOriginClient({
    origin: `http://127.0.0.1:${port}`,
    forwardsHost: false,
    timeoutMilliseconds: 1000,
  })
  const onResponse = () => {}
  const isTrusted = () => false
  const idOf = openRequestIds(isTrusted)
  const proxy = createProxy({ cache: openSharedCache(), origin: client, tls: undefined, isTrusted, idOf, onResponse })
  const gone = await fetch(await listening(proxy))
  assert.deepEqual([gone.status, await gone.json()], [502, { error: 'The origin could not be reached' }])
  assert.equal(gone.headers.get('cache-status'), 'modelkeep; fwd=miss')
  proxy.close().closeAllConnections()
  await client.close()

  const silent = async ({ edge }: Surroundings) => {
    const answer = await fetch(`${edge}/never`)
    assert.deepEqual([answer.status, await answer.json()], [504, { error: 'The origin did not answer in time' }])
    await fetch(edge)
    const stale = await fetch(edge)
    assert.deepEqual([stale.status, await stale.text()], [200, 'once'])
    assert.match(stale.headers.get('cache-status') ?? '', /detail=stale-if-error$/)
  }
  let isFirst = true
  const once_: RequestListener = (message, response) => {
    if (message.url === '/never' || !isFirst) return
    isFirst = false
    response.writeHead(200, { 'cache-control': 'max-age=0, stale-if-error=60', etag: '"a"' }).end('once')
  }
  await withEdge(once_, silent, { timeoutMilliseconds: 300 })
})

test('an answer that breaks off breaks off for the caller, and is not kept', () =>
  withEdge(
    (_message, response) => {
      response.writeHead(200, { ...cacheable, 'content-length': '10' }).write('hello')
      setTimeout(() => response.destroy(), 50)
    },
    async ({ edge, asked, answered }) => {
      for (const count of [1, 2]) {
        await assert.rejects(fetch(edge).then((answer) => answer.text()))
        assert.equal(asked.length, count)
      }
      await eventually(() => answered.length === 2, 'both are told of')
      assert.ok(answered.every(({ error }) => error !== undefined))
    },
  ))

test('a caller who leaves ends what only they wanted', () =>
  withEdge(
    (message, response) => {
      message.socket.once('close', () => response.emit('left'))
      response.writeHead(200).write('hello')
    },
    async ({ edge, asked }) => {
      const gone = new AbortController()
      const answer = await fetch(edge, { signal: gone.signal })
      const left = once(asked[0]?.socket ?? assert.fail(), 'close')
      gone.abort()
      await answer.text().catch(() => {})
      await left
    },
  ))

test('a body larger than memory streams through, held back by its reader', () => {
  let written = 0
  return withEdge(
    async (_message, response) => {
      response.writeHead(200, { 'content-length': String(2 ** 27) })
      for (; written < 2 ** 27; written += 2 ** 20)
        if (!response.write(Buffer.alloc(2 ** 20))) await once(response, 'drain')
      response.end()
    },
    async ({ edge }) => {
      const request = nodeRequest(edge).end()
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      await later(300)
      assert.ok(written < 2 ** 26, `${written} bytes were read ahead`)
      let bytes = 0
      for await (const chunk of response) bytes += chunk.length
      assert.equal(bytes, 2 ** 27)
    },
  )
})

test('RFC 9110 §15.2: early hints reach the caller before the answer', () =>
  withEdge(
    (_message, response) => response.writeEarlyHints({ link: '</a>; rel=preload' }, () => response.end('hello')),
    async ({ edge }) => {
      const request = nodeRequest(edge).end()
      const [[hints], [response]] = await Promise.all([once(request, 'information'), once(request, 'response')])
      assert.equal(hints.headers.link, '</a>; rel=preload')
      assert.equal(await text(response), 'hello')
    },
  ))

test('requests that one connection pipelines reach the origin one after another', () => {
  const held: ServerResponse[] = []
  return withEdge(
    (_message, response) => void held.push(response),
    async ({ edge }) => {
      const { hostname, port } = new URL(edge)
      const socket = connect(Number(port), hostname)
      const requests = Array.from({ length: 50 }, (_, number) => `GET /${number} HTTP/1.1\r\nHost: edge\r\n\r\n`)
      socket.write(requests.join(''))
      let said = ''
      socket.setEncoding('utf8').on('data', (piece: string) => {
        said += piece
      })
      for (let answered = 0; answered < 5; answered++) {
        await eventually(() => held.length === answered + 1, `request ${answered} is at the origin`)
        await later(20)
        assert.equal(held.length, answered + 1)
        held[answered]?.end(`answer ${answered};`)
      }
      await eventually(() => said.includes('answer 4;'), 'the client has the responses')
      socket.destroy()
    },
  )
})

test('a caller who does not read its response loses its connection; one that waits for the origin keeps it', () =>
  withEdge(
    (message, response) => {
      if (message.url === '/long') return void response.end(Buffer.alloc(64 * 2 ** 20))
      response.write('begun ')
      setTimeout(() => response.end('ended'), 1500)
    },
    async ({ edge, answered }) => {
      const { hostname, port } = new URL(edge)
      const socket = connect(Number(port), hostname).on('error', () => undefined)
      const patient = fetch(`${edge}/patient`)
      socket.write(rawRequest(edge, 'GET /long'))
      await eventually(() => answered.some(({ target }) => target === '/long'), 'the connection is closed')
      assert.ok(answered.find(({ target }) => target === '/long')?.error)
      socket.destroy()
      assert.equal(await (await patient).text(), 'begun ended')
    },
    { idleMilliseconds: 500 },
  ))

test('the command says where it listens, serves, and lets what is under way end', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-edge-'))
  const { start, run } = programIn(directory)
  const origin = createServer((message, response) => {
    setTimeout(() => response.writeHead(200, cacheable).end('hello'), message.url === '/slow' ? 500 : 0)
  })
  try {
    const { child, printed, ended } = start('edge', '--origin', await listening(origin), '--port', '0')
    const address = () => /^modelkeep edge listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(printed.stdout)?.[1]
    await eventually(() => address() !== undefined || child.exitCode !== null, 'it listens')
    const at = address() ?? assert.fail(printed.stderr)
    assert.equal(await (await fetch(at)).text(), 'hello')
    assert.match((await fetch(at)).headers.get('cache-status') ?? '', /hit/)
    const slow = fetch(`${at}/slow`)
    await later(200)
    child.kill('SIGTERM')
    assert.equal(await (await slow).text(), 'hello')
    assert.equal(await ended, 0, printed.stderr)

    const bad: [line: string[], reason: RegExp][] = [
      [[], /^modelkeep: --origin: is needed\n$/],
      [['--origin', 'http://hub.example/path'], /^modelkeep: --origin: .*\n$/],
      [['--origin', 'http://hub.example', '--origin-timeout', '0'], /^modelkeep: --origin-timeout: .*\n$/],
      [['--origin', 'http://hub.example', '--cache-megabytes', 'all'], /^modelkeep: --cache-megabytes: .*\n$/],
    ]
    await Promise.all(
      bad.map(async ([line, reason]) => {
        const { code, stdout, stderr } = await run(['edge', ...line])
        assert.deepEqual([code, stdout], [1, ''])
        assert.match(stderr, reason)
      }),
    )
  } finally {
    origin.close().closeAllConnections()
    await rm(directory, { recursive: true })
  }
})
