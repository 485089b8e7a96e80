import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, constants, createServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { endStreamTurn, takeStreamTurn, waitingStreams } from './stream-turns.ts'

const until = async (condition: () => boolean) => {
  while (!condition()) await turn()
}

async function setUp(context: TestContext) {
  const started: ServerHttp2Stream[] = []
  let arrived = 0
  const server = createServer()
  server.on('stream', (stream) => {
    arrived++
    takeStreamTurn(
      stream,
      () => {
        stream.on('error', () => undefined)
        started.push(stream)
      },
      setImmediate,
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  context.after(() => {
    client.destroy()
    server.close()
  })
  const ask = () => {
    const stream = client.request({ ':path': '/' })
    stream.on('error', () => undefined)
    return stream
  }
  return { started, ask, arrived: () => arrived }
}

/** Has the client receive so many responses that 8 streams of its connection are processed at once. */
async function readResponses({ started, ask }: Awaited<ReturnType<typeof setUp>>) {
  for (let count = 0; count < 6; count++) {
    const stream = ask()
    await until(() => started.length === 1)
    stream.resume()
    const [answered] = started.splice(0) as [ServerHttp2Stream]
    answered.respond()
    answered.end()
    await Promise.all([once(stream, 'close'), once(answered, 'close')])
  }
}

test('of a new connection 2 streams are processed at once, and one more for each response that is read, up to 8', async (t) => {
  const { started, ask, arrived } = await setUp(t)
  const streams = Array.from({ length: 60 }, () => ask().resume())
  await until(() => arrived() === 60)
  for (let read = 0; read < 10; read++) {
    const processed = Math.min(2 + read, 8)
    await until(() => started.length >= read + processed)
    for (let round = 0; round < 50; round++) await turn()
    assert.equal(started.length, read + processed, `after ${read} responses`)
    started[read]?.respond()
    started[read]?.end()
  }
  for (const stream of streams) stream.close()
})

test('a response that the client gives up adds none', async (t) => {
  const { started, ask, arrived } = await setUp(t)
  for (let read = 0; read < 5; read++) {
    const stream = ask()
    await until(() => started.length === read + 1)
    stream.close(constants.NGHTTP2_CANCEL)
    await until(() => started[read]?.closed === true)
  }
  for (let count = 0; count < 5; count++) ask()
  await until(() => arrived() === 10)
  for (let round = 0; round < 50; round++) await turn()
  assert.equal(started.length, 7)
})

test('8 streams are processed at once for a client that reads, and a response that is not read keeps its place', async (t) => {
  const connection = await setUp(t)
  const { started, ask, arrived } = connection
  await readResponses(connection)
  const streams = Array.from({ length: 40 }, ask)
  await until(() => arrived() === 46)
  await until(() => started.length === 8)
  // More than the client's window for a stream takes without reading.
  const body = Buffer.alloc(256 * 1024)
  for (const stream of started.slice(0, 8)) {
    stream.respond()
    stream.end(body)
  }
  for (let round = 0; round < 200; round++) await turn()
  assert.equal(started.length, 8, 'nothing is read, and nothing further is processed')
  for (const stream of streams) stream.resume()
  await until(() => started.length > 8)
})

test('a stream that is reset while it waits is never started', async (t) => {
  const connection = await setUp(t)
  const { started, ask, arrived } = connection
  await readResponses(connection)
  for (let count = 0; count < 8; count++) ask()
  const dropped = Array.from({ length: 10 }, ask)
  await until(() => arrived() === 24)
  for (const stream of dropped) stream.close(constants.NGHTTP2_CANCEL)
  const last = ask()
  await until(() => arrived() === 25)
  for (const stream of [...started]) {
    stream.respond()
    stream.end()
  }
  await until(() => started.length === 9)
  assert.equal(started[8]?.id, last.id)
})

test('streams that are reset while they wait are dropped at once', async (t) => {
  const connection = await setUp(t)
  const { started, ask, arrived } = connection
  await readResponses(connection)
  for (let count = 0; count < 8; count++) ask()
  await until(() => started.length === 8)
  const session = started[0]?.session ?? assert.fail('no session')
  for (let round = 1; round <= 5; round++) {
    const dropped = Array.from({ length: 20 }, ask)
    await until(() => arrived() === 14 + 20 * round)
    assert.equal(waitingStreams(session), 20)
    for (const stream of dropped) stream.close(constants.NGHTTP2_CANCEL)
    await until(() => waitingStreams(session) === 0)
  }
})

test('a stream that sends for long lets the next one start', async (t) => {
  const connection = await setUp(t)
  const { started, ask } = connection
  await readResponses(connection)
  for (let count = 0; count < 9; count++) ask()
  await until(() => started.length === 8)
  endStreamTurn(started[0] as ServerHttp2Stream)
  endStreamTurn(started[0] as ServerHttp2Stream)
  await until(() => started.length === 9)
})
