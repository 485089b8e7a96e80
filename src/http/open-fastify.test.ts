import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { makeCertificate } from '../../test/certificate.ts'
import { openLog } from './log.ts'
import { openFastify } from './open-fastify.ts'

const certificate = makeCertificate()
const trusting = { ca: certificate.cert, servername: 'localhost' }

/** A server with a response that fits into no buffer on the way; counts the responses that ended before their last byte was sent. */
async function serve(context: TestContext, tls?: typeof certificate) {
  const { app } = openFastify(
    { tls, trustProxy: false, log: openLog('silent'), idleTimeout: 500 },
    { idOf: () => 'id', onRefused: () => undefined },
  )
  const ended: { isComplete: boolean }[] = []
  app.get('/long', (_request, reply) => {
    const { raw } = reply
    raw.on('close', () => ended.push({ isComplete: raw.writableFinished }))
    return reply.send(Buffer.alloc(64 * 2 ** 20))
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  context.after(() => app.close())
  return { ended, port: (app.server.address() as AddressInfo).port }
}

const firstOf = async <T>(list: readonly T[]): Promise<T> => {
  while (list[0] === undefined) await sleep(20)
  return list[0]
}

test('a connection whose client does not read its response is closed, over HTTP/1.1', async (t) => {
  const { ended, port } = await serve(t)
  const socket = connectTcp(port, '127.0.0.1').on('error', () => undefined)
  socket.write('GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n')
  assert.deepEqual(await firstOf(ended), { isComplete: false })
  socket.destroy()
})

test('a connection whose client does not read its response is closed, over HTTP/1.1 in TLS', async (t) => {
  const { ended, port } = await serve(t, certificate)
  const socket = connectTls({ ...trusting, port, ALPNProtocols: ['http/1.1'] }).on('error', () => undefined)
  socket.write('GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n')
  assert.deepEqual(await firstOf(ended), { isComplete: false })
  socket.destroy()
})

test('a connection whose client does not read its response is closed, over HTTP/2', async (t) => {
  const { ended, port } = await serve(t, certificate)
  const session = connectHttp2(`https://localhost:${port}`, trusting).on('error', () => undefined)
  const closed = once(session, 'close')
  session.request({ ':path': '/long' }).on('error', () => undefined)
  assert.deepEqual(await firstOf(ended), { isComplete: false })
  await closed
})
