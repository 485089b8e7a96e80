import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { openSignedUrls, readGrant, signGrant } from './signed-url.ts'

const keyOf = (byte: number) => createSecretKey(Buffer.alloc(32, byte))
const key = keyOf(1)
const uint32 = fc.nat(2 ** 32 - 1)
const grants = fc.record({ fileId: uint32, accountId: uint32, tokenId: uint32, expiresAt: uint32 })
const tokenOf = (path: string) => path.split('/')[2] ?? ''

test('what was signed is read back', () => {
  fc.assert(fc.property(grants, (grant) => assert.deepEqual(readGrant(key, signGrant(key, grant)), { ...grant })))
})

test('any changed letter, another key, and any other text are refused', () => {
  fc.assert(
    fc.property(grants, fc.nat(65), fc.constantFrom(...'Aa0-_.=%'), (grant, at, letter) => {
      const token = signGrant(key, grant)
      const changed = token.slice(0, at) + letter + token.slice(at + 1)
      if (changed !== token) assert.equal(readGrant(key, changed), undefined)
      assert.equal(readGrant(key, `${token}${letter}`), undefined)
      assert.equal(readGrant(key, token.slice(0, at)), undefined)
      assert.equal(readGrant(keyOf(2), token), undefined)
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => assert.equal(readGrant(key, text), undefined)))
})

test('an address lives for 24 hours at least and 25 at most', () => {
  let now = Date.UTC(2030, 0, 1, 10, 59, 59)
  const addresses = openSignedUrls({ key: keyOf(7), now: () => now })
  const path = addresses.pathOf({ fileId: 5, accountId: 0, tokenId: 0, name: 'a.bin' })
  const hour = 3_600_000
  now += 24 * hour
  assert.equal(typeof addresses.read(tokenOf(path)), 'object')
  now += hour
  assert.equal(addresses.read(tokenOf(path)), 'expired')
  assert.equal(addresses.read('x'.repeat(66)), 'forged')
})

test('an address of a chosen life lives so long', () => {
  let now = Date.UTC(2030, 0, 1, 10, 0, 0)
  const addresses = openSignedUrls({ key: keyOf(7), now: () => now })
  const path = addresses.pathOf({
    fileId: 5,
    accountId: 2,
    tokenId: 3,
    name: 'a.bin',
    expiresAt: addresses.expiryAfter(300),
  })
  now += 299_000
  assert.deepEqual(addresses.read(tokenOf(path)), { fileId: 5, accountId: 2, tokenId: 3, expiresAt: now / 1000 + 1 })
  now += 1000
  assert.equal(addresses.read(tokenOf(path)), 'expired')
})

test('asking again soon gives the same address, for another account another one', () => {
  let now = Date.UTC(2030, 0, 1, 10, 0, 1)
  const addresses = openSignedUrls({ key: keyOf(7), now: () => now })
  const file = { fileId: 5, accountId: 3, tokenId: 9, name: 'a.bin' }
  const path = addresses.pathOf(file)
  now += 60_000
  assert.equal(addresses.pathOf(file), path)
  assert.notEqual(addresses.pathOf({ ...file, accountId: 4 }), path)
  assert.notEqual(addresses.pathOf({ ...file, tokenId: 0 }), path)
})

test('the path ends in the encoded name, and another secret makes another path', () => {
  const file = { fileId: 5, accountId: 0, tokenId: 0, name: 'my 模型 50%/#?.safetensors' }
  const one = openSignedUrls({ key: keyOf(7) })
  const other = openSignedUrls({ key: keyOf(8) })
  const path = one.pathOf(file)
  assert.match(path, /^\/files\/[\w-]{66}\/[\w%.-]+$/)
  assert.equal(decodeURIComponent(path.split('/')[3] ?? ''), file.name)
  assert.equal(other.read(tokenOf(path)), 'forged')
})
