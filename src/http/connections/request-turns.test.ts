import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { openRequestTurns } from './request-turns.ts'

type Started = { request: IncomingMessage; response: ServerResponse }

/** A server that leaves each started request to the test, and a client of it that reads only when it is told to. */
async function setUp(
  context: TestContext,
  { max, onStart = () => undefined }: { max?: number; onStart?: (started: Started) => void } = {},
) {
  const started: Started[] = []
  const turns = openRequestTurns(
    (request, response) => {
      started.push({ request, response })
      onStart({ request, response })
    },
    { max },
  )
  let parsed = 0
  const server = createServer((request, response) => {
    parsed++
    turns.take(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const open: Socket[] = []
  const client = () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.on('error', () => undefined)
    open.push(socket)
    return socket
  }
  context.after(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return { started, turns, client, parsed: () => parsed }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: hub\r\n\r\n`
const until = async (condition: () => boolean) => {
  while (!condition()) await turn()
}

test('pipelined requests start one after another, in their order, each when the one before has its response', async (t) => {
  const { started, client } = await setUp(t)
  const socket = client()
  socket.resume()
  const count = 3000
  socket.write(Array.from({ length: count }, (_, index) => get(`/${index}`)).join(''))
  for (let index = 0; index < count; index++) {
    await until(() => started.length > index)
    assert.equal(started.length, index + 1, 'one at a time')
    assert.equal(started[index]?.request.url, `/${index}`)
    started[index]?.response.end()
  }
})

test('a client that does not read its responses gets one made, and is read from no further', async (t) => {
  const body = Buffer.alloc(64 * 1024 * 1024)
  const { started, client, turns, parsed } = await setUp(t, { onStart: ({ response }) => response.end(body) })
  const socket = client()
  const pipelined = Array.from({ length: 20_000 }, (_, index) => get(`/${index}`)).join('')
  socket.write(pipelined)
  await until(() => parsed() > 1)
  for (let round = 0; round < 200; round++) await turn()
  assert.equal(started.length, 1)
  assert.ok(parsed() < 3000, 'what came later is not parsed')
  assert.ok(turns.waiting() < 3000, 'only what had been parsed before waits as requests')
  socket.destroy()
  await until(() => turns.waiting() === 0)
  assert.equal(started.length, 1, 'nothing is started for a connection that is gone')
})

test('bodies of pipelined requests reach their own requests', async (t) => {
  const bodies: string[] = []
  const { client } = await setUp(t, {
    onStart: async ({ request, response }) => {
      const pieces: Buffer[] = []
      for await (const piece of request) pieces.push(piece)
      bodies.push(Buffer.concat(pieces).toString())
      response.end()
    },
  })
  const socket = client()
  socket.resume()
  const expected = Array.from({ length: 40 }, (_, index) => `${index}\r\n\r\n`.repeat(1 + index * 100))
  for (const body of expected) {
    const [length, chunked] = [`Content-Length: ${body.length}`, 'Transfer-Encoding: chunked']
    const isChunked = body.length % 2 === 0 && body.length > 0
    const sent = isChunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body
    socket.write(`POST / HTTP/1.1\r\nHost: hub\r\n${isChunked ? chunked : length}\r\n\r\n${sent}`)
  }
  await until(() => bodies.length === expected.length)
  assert.deepEqual(bodies, expected)
})

test('beyond the bound for all connections, one with more than a few requests is closed, and the others go on', async (t) => {
  const { started, client, turns } = await setUp(t, { max: 10 })
  const [quiet, greedy] = [client(), client()]
  quiet.write(get('/quiet') + get('/next'))
  await until(() => turns.waiting() === 1)
  greedy.write(get('/greedy').repeat(100))
  greedy.resume()
  await once(greedy, 'close')
  await until(() => turns.waiting() === 1)
  quiet.resume()
  started.find(({ request }) => request.url === '/quiet')?.response.end()
  await until(() => started.at(-1)?.request.url === '/next')
})
