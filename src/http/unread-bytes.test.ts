import assert from 'node:assert/strict'
import { test } from 'node:test'
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
  assert.equal(unread.isTooMuch(network), false)
  unread.add(network, { status: 200, headers: {}, body: 'x'.repeat(60 * 1024), cache: 'miss' }, two)
  assert.equal(unread.isTooMuch(network), true)
  assert.equal(unread.isTooMuch({ share: 'anonymous', key: 'other' }), false)
  assert.equal(unread.isTooMuch({ share: 'accounts', key: 'n' }), false)
  one.receive()
  assert.equal(unread.isTooMuch(network), false)
  two.receive()
  unread.add(network, { status: 200, headers: {}, body: kilobytes(90) }, one)
  assert.equal(unread.isTooMuch(network), false, 'what was received counts no more')
})

test('bytes that are shared with the cache, sent in pieces or few do not count', () => {
  const unread = openUnreadBytes({ maxBytes: 20 * 1024 })
  for (const cache of ['hit', 'stale', 'collapsed'] as const)
    unread.add(network, { status: 200, headers: {}, body: kilobytes(60), cache }, client())
  unread.add(network, { status: 200, headers: {}, body: async () => undefined }, client())
  for (let count = 0; count < 10; count++)
    unread.add(network, { status: 200, headers: {}, body: kilobytes(3) }, client())
  assert.equal(unread.isTooMuch(network), false)
})
