import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, readlink, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventually } from '../../../test/eventually.ts'
import { EndpointError } from '../../endpoints/errors.ts'
import type { FileReply } from '../../endpoints/replies.ts'
import { serveFile } from './serve-file.ts'

async function withServer(
  sizeBytes: number,
  run: (hub: { url: string; port: number; bytes: Buffer; file: FileReply }) => Promise<void>,
) {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-bytes-'))
  const path = join(directory, 'model.safetensors')
  const bytes = randomBytes(sizeBytes)
  await writeFile(path, bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex').toUpperCase()
  const file: FileReply = {
    kind: 'file',
    path,
    sizeBytes,
    modifiedMs: Math.floor((await stat(path)).mtimeMs),
    mediaType: 'application/octet-stream',
    etag: `"${sha256}"`,
    sha256,
    downloadName: 'model.safetensors',
    cacheControl: 'private, no-store',
  }
  const server = createServer(async (request, response) => {
    try {
      const { status, headers, body } = await serveFile(
        { method: request.method ?? 'GET', headers: request.headers },
        file,
      )
      response.writeHead(status, headers)
      if (body instanceof Readable) pipeline(body, response, () => {})
      else response.end(body)
    } catch (error) {
      response.writeHead(error instanceof EndpointError ? 404 : 500).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await run({ url: `http://127.0.0.1:${port}/`, port, bytes, file })
  } finally {
    server.closeAllConnections()
    server.close()
    await rm(directory, { recursive: true })
  }
}

const bodyOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

/** How many descriptors of this process are open on the file. */
async function openHandles(path: string): Promise<number> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  )
  return links.filter((link) => link === path).length
}

const bytesReadSoFar = async () => Number(/^rchar: (\d+)/.exec(await readFile('/proc/self/io', 'utf8'))?.[1])

test('a whole file comes with its length, validator, digest and name', () =>
  withServer(1_000_003, async ({ url, bytes, file }) => {
    const response = await fetch(url, { headers: { 'accept-encoding': 'gzip' } })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-length'), '1000003')
    assert.equal(response.headers.get('content-encoding'), null)
    assert.equal(response.headers.get('transfer-encoding'), null)
    assert.equal(response.headers.get('accept-ranges'), 'bytes')
    assert.equal(response.headers.get('etag'), file.etag)
    assert.equal(response.headers.get('content-type'), 'application/octet-stream')
    assert.equal(response.headers.get('content-disposition'), 'attachment; filename="model.safetensors"')
    assert.equal(
      response.headers.get('repr-digest'),
      `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`,
    )
    assert.ok((await bodyOf(response)).equals(bytes))
    assert.equal(await openHandles(file.path), 0)
  }))

test('HEAD has the status and headers of its GET, ranges included, and opens nothing', () =>
  withServer(5000, async ({ url, file }) => {
    for (const range of [undefined, 'bytes=10-19', 'bytes=-5', 'bytes=9000-', 'bytes=0-1,4-5']) {
      const headers = range === undefined ? {} : { range }
      const [get, head] = await Promise.all([fetch(url, { headers }), fetch(url, { method: 'HEAD', headers })])
      await get.arrayBuffer()
      assert.equal(head.status, get.status)
      const comparable = (response: Response) =>
        [...response.headers]
          .filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name))
          .map((pair) => pair.join(': ').replace(/boundary=.*/, ''))
      assert.deepEqual(comparable(head), comparable(get))
    }
    const answer = await serveFile({ method: 'HEAD', headers: {} }, file)
    assert.equal(answer.body, undefined)
    assert.equal(await openHandles(file.path), 0)
  }))

test('single ranges are answered with 206, past the end with 416 and JSON', () =>
  withServer(5000, async ({ url, bytes }) => {
    for (const [range, from, to] of [
      ['bytes=0-', 0, 4999],
      ['bytes=100-', 100, 4999],
      ['bytes=7-7', 7, 7],
      ['bytes=-9', 4991, 4999],
    ] as const) {
      const response = await fetch(url, { headers: { range } })
      assert.equal(response.status, 206)
      assert.equal(response.headers.get('content-range'), `bytes ${from}-${to}/5000`)
      assert.equal(response.headers.get('content-length'), String(to - from + 1))
      assert.ok((await bodyOf(response)).equals(bytes.subarray(from, to + 1)))
    }
    const past = await fetch(url, { headers: { range: 'bytes=5000-' } })
    assert.equal(past.status, 416)
    assert.equal(past.headers.get('content-range'), 'bytes */5000')
    assert.equal(past.headers.get('content-disposition'), null)
    assert.deepEqual(await past.json(), { error: 'Range Not Satisfiable' })
  }))

test('several ranges are answered in parts whose bytes a naive slicer agrees with', () =>
  withServer(700_000, async ({ url, bytes }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(699_999), fc.nat(40_000)), { minLength: 2, maxLength: 8 }),
        async (asked) => {
          const ranges = asked.map(([first, length]) => ({ first, last: Math.min(first + length, 699_999) }))
          const range = `bytes=${ranges.map(({ first, last }) => `${first}-${last}`)}`
          const response = await fetch(url, { headers: { range } })
          assert.equal(response.status, 206)
          const body = await bodyOf(response)
          assert.equal(String(body.length), response.headers.get('content-length'))
          const boundary = /^multipart\/byteranges; boundary=(\w+)$/.exec(
            response.headers.get('content-type') ?? '',
          )?.[1]
          const expected = Buffer.concat([
            ...ranges.flatMap(({ first, last }, index) => [
              Buffer.from(
                `${index ? '\r\n' : ''}--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${first}-${last}/700000\r\n\r\n`,
              ),
              bytes.subarray(first, last + 1),
            ]),
            Buffer.from(`\r\n--${boundary}--\r\n`),
          ])
          assert.ok(body.equals(expected))
        },
      ),
      { numRuns: 25 },
    )
  }))

test('hostile ranges never cost more than the file itself', () =>
  withServer(5000, async ({ url }) => {
    const response = await fetch(url, { headers: { range: `bytes=${Array.from({ length: 500 }, () => '0-4999')}` } })
    assert.equal(response.status, 200)
    assert.equal((await bodyOf(response)).length, 5000)
  }))

test('If-Range gives the rest to whoever has the same file, and the whole to everybody else', () =>
  withServer(5000, async ({ url, file }) => {
    const ask = async (ifRange: string) => {
      const response = await fetch(url, { headers: { range: 'bytes=10-', 'if-range': ifRange } })
      await response.arrayBuffer()
      return response.status
    }
    assert.equal(await ask(file.etag), 206)
    assert.equal(await ask('"another"'), 200)
    assert.equal(await ask(`W/${file.etag}`), 200)
    assert.equal(await ask('Wed, 21 Oct 2015 07:28:00 GMT'), 200)
  }))

test('conditions: 304 for a known validator, 412 for a foreign one', () =>
  withServer(5000, async ({ url, file }) => {
    const ask = async (headers: Record<string, string>) => (await fetch(url, { headers })).status
    assert.equal(await ask({ 'if-none-match': file.etag }), 304)
    assert.equal(await ask({ 'if-none-match': `"x", W/${file.etag}` }), 304)
    assert.equal(await ask({ 'if-none-match': '*' }), 304)
    assert.equal(await ask({ 'if-none-match': '"x"' }), 200)
    assert.equal(await ask({ 'if-match': '"x"' }), 412)
    assert.equal(await ask({ 'if-match': `W/${file.etag}` }), 412)
    assert.equal(await ask({ 'if-match': `"x", ${file.etag}` }), 200)
    assert.equal(await ask({ 'if-match': '*', 'if-none-match': file.etag }), 304)
  }))

test('a transfer that is cut again and again resumes to a byte-identical file', () =>
  withServer(3_000_000, async ({ url, bytes, file }) => {
    let received = Buffer.alloc(0)
    while (received.length < bytes.length) {
      const abort = new AbortController()
      const response = await fetch(url, {
        signal: abort.signal,
        headers: { range: `bytes=${received.length}-`, 'if-range': file.etag },
      })
      assert.equal(response.status, 206)
      let now = 0
      for await (const chunk of response.body ?? []) {
        received = Buffer.concat([received, chunk])
        now += chunk.length
        if (now > 400_000) break
      }
      abort.abort()
    }
    assert.ok(received.equals(bytes))
    await eventually(async () => (await openHandles(file.path)) === 0, 'the file is closed')
  }))

test('a client that takes nothing is not read ahead of, and its file is closed when it goes', () =>
  withServer(64_000_000, async ({ port, file }) => {
    const before = await bytesReadSoFar()
    const sockets = Array.from({ length: 8 }, () => {
      const socket = connect(port, '127.0.0.1')
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      return socket.pause()
    })
    await eventually(async () => (await openHandles(file.path)) === 8, 'each client has the file open')
    await new Promise((resolve) => setTimeout(resolve, 300))
    // What the kernel takes for itself is a few megabytes a connection; the files are 512 MB together.
    const ahead = (await bytesReadSoFar()) - before
    assert.ok(ahead < 100_000_000, `read ${ahead} bytes ahead`)
    for (const socket of sockets) socket.destroy()
    await eventually(async () => (await openHandles(file.path)) === 0, 'the file is closed')
  }))

test('a body that nobody reads closes its file when it is destroyed', () =>
  withServer(500_000, async ({ file }) => {
    const { body } = await serveFile({ method: 'GET', headers: {} }, file)
    assert.equal(await openHandles(file.path), 1)
    assert.ok(body instanceof Readable)
    body.destroy()
    await eventually(async () => (await openHandles(file.path)) === 0, 'the file is closed')
  }))

test('a file that is gone, changed, or became a link is refused before any header', () =>
  withServer(5000, async ({ file, bytes }) => {
    const failure = (kind: string) => (error: unknown) => error instanceof EndpointError && error.failure.kind === kind
    for (const method of ['GET', 'HEAD']) {
      const ask = () => serveFile({ method, headers: {} }, file)
      await utimes(file.path, 1, 1)
      await assert.rejects(ask(), failure('unavailable'))
      await truncate(file.path, 4999)
      await assert.rejects(ask(), failure('unavailable'))
      await rm(file.path)
      await assert.rejects(ask(), failure('notFound'))
      await writeFile(`${file.path}.elsewhere`, bytes)
      await symlink(`${file.path}.elsewhere`, file.path)
      await assert.rejects(ask(), (error: unknown) => error instanceof EndpointError)
      await rm(file.path)
      await writeFile(file.path, bytes)
      await utimes(file.path, (file.modifiedMs as number) / 1000, (file.modifiedMs as number) / 1000)
    }
    assert.equal(await openHandles(file.path), 0)
  }))

test('a file that becomes shorter breaks the transfer instead of ending it as if whole', () =>
  withServer(20_000_000, async ({ file }) => {
    const { body } = await serveFile({ method: 'GET', headers: {} }, file)
    assert.ok(body instanceof Readable)
    await assert.rejects(async () => {
      for await (const _chunk of body) await truncate(file.path, 1000)
    }, /shorter/)
    await eventually(async () => (await openHandles(file.path)) === 0, 'the file is closed')
  }))

test('an empty file is served whole, and has no range', () =>
  withServer(0, async ({ url }) => {
    const response = await fetch(url)
    assert.equal(response.headers.get('content-length'), '0')
    assert.equal((await bodyOf(response)).length, 0)
    assert.equal((await fetch(url, { headers: { range: 'bytes=0-' } })).status, 416)
  }))
