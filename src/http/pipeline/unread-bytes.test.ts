import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { clientOf } from '../connections/response-client.ts'
import { openUnreadBytes } from './unread-bytes.ts'

const kilobytes = (count: number) => Buffer.alloc(count * 1024)
const network = { share: 'anonymous', key: 'n' }

function client() {
  const listeners: (() => void)[] = []
  return {
    isGone: () => false,
    onGone: (listener: () => void) => {
      listeners.push(listener)
      return () => undefined
    },
    receive: () => {
      for (const listener of listeners.splice(0)) listener()
    },
  }
}

test('bytes count until their client has received them, for its own account or network', () => {
  const unread = openUnreadBytes({ maxBytes: 100 * 1024 })
  const [one, two] = [client(), client()]
  unread.add(network, { status: 200, headers: {}, body: kilobytes(60) }, one)
  assert.equal(unread.isOverLimit(network), false)
  unread.add(network, { status: 200, headers: {}, body: 'x'.repeat(60 * 1024), cacheOutcome: 'miss' }, two)
  assert.equal(unread.isOverLimit(network), true)
  assert.equal(unread.isOverLimit({ share: 'anonymous', key: 'other' }), false)
  assert.equal(unread.isOverLimit({ share: 'accounts', key: 'n' }), false)
  one.receive()
  assert.equal(unread.isOverLimit(network), false)
  two.receive()
  unread.add(network, { status: 200, headers: {}, body: kilobytes(90) }, one)
  assert.equal(unread.isOverLimit(network), false, 'what was received counts no more')
})

test('bytes that are shared with the cache, sent in pieces or few do not count', () => {
  const unread = openUnreadBytes({ maxBytes: 20 * 1024 })
  for (const cacheOutcome of ['hit', 'stale', 'collapsed'] as const)
    unread.add(network, { status: 200, headers: {}, body: kilobytes(60), cacheOutcome }, client())
  unread.add(network, { status: 200, headers: {}, body: async () => undefined }, client())
  for (let count = 0; count < 10; count++)
    unread.add(network, { status: 200, headers: {}, body: kilobytes(3) }, client())
  assert.equal(unread.isOverLimit(network), false)
})

test('bytes made for a client that has disconnected meanwhile do not count', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const request = get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  request.on('error', () => undefined)
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
  const closed = once(response, 'close')
  request.destroy()
  await closed
  const unread = openUnreadBytes({ maxBytes: 20 * 1024 })
  unread.add(network, { status: 200, headers: {}, body: kilobytes(60) }, clientOf(response))
  assert.equal(unread.isOverLimit(network), false)
})
