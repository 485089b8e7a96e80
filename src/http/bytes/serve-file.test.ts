import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { createServer, get, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventually } from '../../../test/eventually.ts'
import { EndpointError } from '../../endpoints/core/errors.ts'
import type { FileResponse } from '../../endpoints/core/responses.ts'
import { serveFile } from './serve-file.ts'

interface Served {
  url: string
  port: number
  bytes: Buffer
  file: FileResponse
  /** Why answers were broken off. */
  broken: unknown[]
}

async function withServer(sizeBytes: number, run: (hub: Served) => Promise<void>) {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-bytes-'))
  const path = join(directory, 'model.safetensors')
  const bytes = randomBytes(sizeBytes)
  await writeFile(path, bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex').toUpperCase()
  const file: FileResponse = {
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
  const broken: unknown[] = []
  const server = createServer(async (request, response) => {
    try {
      const { status, headers, body } = await serveFile(
        { method: request.method ?? 'GET', headers: request.headers },
        file,
      )
      response.writeHead(status, headers)
      if (typeof body === 'function') await body(response).catch((error) => broken.push(error))
      else response.end(body)
    } catch (error) {
      response.writeHead(error instanceof EndpointError ? 404 : 500).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await run({ url: `http://127.0.0.1:${port}/`, port, bytes, file, broken })
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

test('an answer that waits behind another one on its connection closes its file when the client goes', () =>
  withServer(64_000_000, async ({ port, file }) => {
    const socket = connect(port, '127.0.0.1').pause()
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20))
    await eventually(async () => (await openHandles(file.path)) === 20, 'each request has the file open')
    socket.destroy()
    await eventually(async () => (await openHandles(file.path)) === 0, 'the files are closed')
  }))

test('a file that is gone, changed, or became a link is refused before any header', () =>
  withServer(5000, async ({ file, bytes }) => {
    const failure = (kind: string) => (error: unknown) => error instanceof EndpointError && error.failure.kind === kind
    const leftToProxy = { headers: { 'x-forwarded-for': '192.0.2.1' }, accelPrefix: '/below' }
    for (const asked of [
      { method: 'GET', headers: {} },
      { method: 'HEAD', headers: {} },
      { method: 'GET', ...leftToProxy },
    ]) {
      const ask = () => serveFile(asked, file)
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

/** Begins a download and takes nothing of it until `meanwhile` has run; gives what came, and how it ended. */
async function interrupted({ url, bytes }: Served, meanwhile: () => Promise<void>) {
  const response = await new Promise<IncomingMessage>((resolve) => get(url, { agent: false }, resolve))
  await once(response, 'readable')
  await meanwhile()
  const came: Buffer[] = []
  const error = await (async () => {
    for await (const chunk of response) came.push(chunk)
  })().catch((error: Error) => error)
  const body = Buffer.concat(came)
  assert.ok(body.equals(bytes.subarray(0, body.length)), 'no byte is of another file')
  return { length: body.length, error }
}

test('a file that changes in its place breaks the transfer, before a byte of another one', () =>
  withServer(50_000_000, async (hub) => {
    const { path } = hub.file
    const overwrite = () => writeFile(path, Buffer.alloc(hub.bytes.length), { flag: 'r+' })
    for (const change of [overwrite, () => truncate(path, 1000)]) {
      await writeFile(path, hub.bytes)
      hub.file.modifiedMs = (await stat(path)).mtimeMs
      const { length, error } = await interrupted(hub, change)
      assert.ok(length < hub.bytes.length)
      assert.match(String(error), /aborted/)
      await eventually(async () => (await openHandles(path)) === 0, 'the file is closed')
    }
    assert.ok(hub.broken.length === 2 && hub.broken.every((error) => error instanceof EndpointError))
  }))

test('a file that another one takes the place of is sent to its end', () =>
  withServer(50_000_000, async (hub) => {
    const { length, error } = await interrupted(hub, async () => {
      await writeFile(`${hub.file.path}.new`, Buffer.alloc(hub.bytes.length))
      await rename(`${hub.file.path}.new`, hub.file.path)
    })
    assert.deepEqual([length, error], [hub.bytes.length, undefined])
    assert.equal((await fetch(hub.url)).status, 404, 'the next one is told that it is another file')
  }))

test('many readers of one file of several gigabytes each get their own bytes', () =>
  withServer(0, async ({ url, file }) => {
    // Each block of 4096 bytes begins with its number where something was written, the rest is a hole.
    const [sizeBytes, length] = [5_000_000_000, 3_000_000]
    const starts = [0, 1, 2 ** 31 - 1_500_000, 2 ** 32 - 1_500_000, 3_333_333_333, sizeBytes - length].flatMap(
      (first) => [first, Math.max(0, first - 777_777)],
    )
    const handle = await open(file.path, 'r+')
    await handle.truncate(sizeBytes)
    const numbered = Buffer.alloc(8)
    for (const first of starts)
      for (let block = Math.ceil(first / 4096); block * 4096 + 8 <= first + length; block++) {
        numbered.writeDoubleBE(block)
        await handle.write(numbered, 0, 8, block * 4096)
      }
    const expected = await Promise.all(
      starts.map(async (first) => (await handle.read(Buffer.alloc(length), 0, length, first)).buffer),
    )
    await handle.close()
    Object.assign(file, { sizeBytes, modifiedMs: (await stat(file.path)).mtimeMs })
    const readers = [...starts, ...starts, ...starts].map(async (first, index) => {
      const response = await fetch(url, { headers: { range: `bytes=${first}-${first + length - 1}` } })
      assert.equal(response.headers.get('content-range'), `bytes ${first}-${first + length - 1}/${sizeBytes}`)
      assert.ok((await bodyOf(response)).equals(expected[index % starts.length] as Buffer), `from ${first}`)
    })
    await Promise.all(readers)
    assert.equal((await fetch(url, { method: 'HEAD' })).headers.get('content-length'), String(sizeBytes))
    await eventually(async () => (await openHandles(file.path)) === 0, 'the file is closed')
  }))

test('an empty file is served whole, and has no range', () =>
  withServer(0, async ({ url }) => {
    const response = await fetch(url)
    assert.equal(response.headers.get('content-length'), '0')
    assert.equal((await bodyOf(response)).length, 0)
    assert.equal((await fetch(url, { headers: { range: 'bytes=0-' } })).status, 416)
  }))
