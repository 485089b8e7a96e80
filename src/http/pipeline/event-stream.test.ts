import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as askHttp1, type IncomingMessage } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { type TestContext, test } from 'node:test'
import { makeCertificate } from '../../../test/certificate.ts'
import { readEvents } from '../../../test/event-reader.ts'
import { eventually } from '../../../test/eventually.ts'
import { type Authenticate, anonymous } from '../../auth/principal.ts'
import { scopePresets } from '../../auth/scopes.ts'
import { openResponseCache } from '../../edge-cache/response-cache.ts'
import { endpoint } from '../../endpoints/core/define.ts'
import type { ServerEvent } from '../../endpoints/core/responses.ts'
import type { Services } from '../../endpoints/core/services.ts'
import { openRequestContext } from '../../request-context/request-context.ts'
import { openLog } from '../log.ts'
import { createHubServer } from '../server.ts'
import { openRateLimits } from './rate-limits.ts'

/** Events that a test tells, one after the other; knows whether anybody still wants them. */
function source() {
  let next = Promise.withResolvers<IteratorResult<ServerEvent>>()
  const told = { asked: 0, isLeft: false, isOpen: false }
  const events: AsyncIterable<ServerEvent> = {
    [Symbol.asyncIterator]() {
      told.isOpen = true
      return {
        next() {
          told.asked++
          return next.promise
        },
        async return() {
          told.isLeft = true
          return { done: true, value: undefined }
        },
      }
    },
  }
  return {
    events,
    told,
    tell(value: ServerEvent) {
      const { resolve } = next
      next = Promise.withResolvers()
      resolve({ done: false, value })
    },
    /** Every `next` gets this from now on. */
    always: (value: ServerEvent) => next.resolve({ done: false, value }),
    fail: (error: Error) => next.reject(error),
    end: () => next.resolve({ done: true, value: undefined }),
  }
}

const certificate = makeCertificate()

/** Serves the events at `/events`; closes with the test, if it is not closed then. */
async function serve(
  t: TestContext,
  events: AsyncIterable<ServerEvent>,
  {
    tls = false,
    category = 'public',
    authenticate = async () => anonymous,
  }: { tls?: boolean; category?: 'public' | 'authenticated'; authenticate?: Authenticate } = {},
) {
  const answer = endpoint({
    method: 'GET',
    path: '/events',
    category,
    scope: 'ModelsRead',
    summary: 'Events',
    handle: () => ({ kind: 'events', events }),
  })
  const server = createHubServer(
    [answer],
    {
      services: {} as Services,
      authenticate,
      recordMissingScope: () => undefined,
      isClosed: false,
      recordAnonymous: () => undefined,
      isPublishedTo: async () => false,
      isTrusted: () => false,
      rateLimits: openRateLimits({}),
      holdsSession: () => false,
      cache: openResponseCache({
        maxBytes: 1_000_000,
        changes: { catalogRevision: () => 1, catalogChangesSince: () => [] },
      }),
      requestContext: openRequestContext(),
      isReady: () => true,
      sessions: async () => new Response(null, { status: 404 }),
    },
    {
      trustProxy: false,
      log: openLog('silent'),
      publicUrl: undefined,
      allowedHosts: [],
      tls: tls ? certificate : undefined,
    },
  )
  const { host, port } = await server.listen({ host: '127.0.0.1', port: 0 })
  let isClosed = false
  const close = async () => {
    isClosed = true
    await server.close()
  }
  t.after(() => isClosed || close())
  return { address: `${tls ? 'https' : 'http'}://${host}:${port}/events`, close }
}

async function openStream(address: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const [response] = await once(askHttp1(address, { headers }).end(), 'response')
  return response
}

const bodyOf = async (response: IncomingMessage) => Array.fromAsync(readEvents(response))

test('events go out as they are told, never compressed or kept, and the answer begins before the first', async (t) => {
  const { events, tell, end, told } = source()
  const { address } = await serve(t, events)
  const response = await openStream(address, { 'accept-encoding': 'gzip' })
  const { headers } = response
  assert.deepEqual(
    [response.statusCode, headers['content-type'], headers['cache-control'], headers['x-accel-buffering']],
    [200, 'text/event-stream', 'no-store', 'no'],
  )
  assert.equal(headers['content-encoding'], undefined)
  const reading = readEvents(response)
  assert.equal((await reading.next()).value.event, undefined)
  for (const data of [{ done: 1 }, 'two\nlines']) {
    tell({ event: 'scan', data })
    assert.deepEqual((await reading.next()).value, { event: 'scan', data })
  }
  end()
  assert.equal((await reading.next()).done, true)
  assert.equal(told.isLeft, true)
})

test('HEAD gives the headers and opens nothing', async (t) => {
  const { events, told } = source()
  const { address } = await serve(t, events)
  const response = await fetch(address, { method: 'HEAD' })
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  assert.equal(told.isOpen, false)
})

test('who is told is told no more once the client goes away, also while nothing happens', async (t) => {
  for (const tls of [false, true]) {
    const { events, told } = source()
    const { address } = await serve(t, events, { tls })
    if (tls) {
      const session = connectHttp2(address, { ca: certificate.cert })
      const stream = session.request({ ':path': '/events' })
      await once(stream, 'data')
      session.destroy()
    } else {
      const response = await openStream(address)
      await once(response, 'data')
      response.destroy()
    }
    await eventually(() => told.isLeft, `the iterator is closed, ${tls ? 'HTTP/2' : 'HTTP/1.1'}`)
  }
})

test('a client that does not read holds back the events', async (t) => {
  const { events, told, always } = source()
  const { address } = await serve(t, events)
  const response = await openStream(address)
  response.pause()
  always({ event: 'scan', data: 'x'.repeat(100_000) })
  let before = -1
  const isHeldBack = () => {
    const isSame = before === told.asked
    before = told.asked
    return isSame && told.asked > 1
  }
  await eventually(isHeldBack, 'no more is asked for')
  response.resume()
  await eventually(() => told.asked > before, 'it goes on')
  response.destroy()
  await eventually(() => told.isLeft, 'the iterator is closed')
})

test('an idle stream shows every 15 seconds that it is open', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { events, tell } = source()
  const { address } = await serve(t, events)
  const reading = readEvents(await openStream(address))
  await reading.next()
  t.mock.timers.tick(15_000)
  assert.deepEqual((await reading.next()).value, { event: undefined, data: undefined })
  tell({ event: 'scan', data: 1 })
  assert.deepEqual((await reading.next()).value, { event: 'scan', data: 1 })
  await reading.return(undefined)
})

test('who is not let in any more is told no more, whether known or of less right', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  for (const over of ['signed out', 'of less scope', 'out of reach'] as const) {
    const looks: (true | undefined)[] = []
    let isOver = false
    const { events, told } = source()
    const { address } = await serve(t, events, {
      category: 'authenticated',
      async authenticate({ isRepeated }) {
        looks.push(isRepeated)
        if (isOver && over === 'out of reach') throw new Error('the database is gone')
        if (isOver && over === 'signed out') return anonymous
        const scope = isOver ? 0 : scopePresets.Full
        return { kind: 'account', accountId: 1, role: 'user', via: { kind: 'session', sessionId: 1 }, scope }
      },
    })
    const reading = readEvents(await openStream(address, { authorization: 'Bearer x' }))
    await reading.next()
    t.mock.timers.tick(15_000)
    assert.deepEqual((await reading.next()).value, { event: undefined, data: undefined })
    isOver = true
    t.mock.timers.tick(15_000)
    // Whole where it is over, broken where that cannot be known: either way the client asks again.
    if (over === 'out of reach') await assert.rejects(reading.next(), { code: 'ECONNRESET' })
    else assert.equal((await reading.next()).done, true)
    await eventually(() => told.isLeft, 'the iterator is closed')
    assert.deepEqual(looks, [undefined, true, true])
  }
})

test('a source that fails breaks the stream, so that the client asks again', async (t) => {
  const { events, fail } = source()
  const { address } = await serve(t, events)
  const response = await openStream(address)
  fail(new Error('the disk is gone'))
  await assert.rejects(bodyOf(response), { code: 'ECONNRESET' })
})

test('a server that closes ends its streams whole, and waits for none', async (t) => {
  // No time goes by: what ends does so without the time to drain.
  t.mock.timers.enable({ apis: ['setTimeout'] })
  for (const tls of [false, true]) {
    const { events, told } = source()
    const { address, close } = await serve(t, events, { tls })
    if (tls) {
      const session = connectHttp2(address, { ca: certificate.cert })
      const stream = session.request({ ':path': '/events' })
      await once(stream, 'response')
      const [received] = await Promise.all([Array.fromAsync(readEvents(stream)), close()])
      assert.equal(received.length, 1)
    } else {
      const response = await openStream(address)
      const [received] = await Promise.all([bodyOf(response), close()])
      assert.equal(received.length, 1)
    }
    assert.equal(told.isLeft, true)
  }
})
