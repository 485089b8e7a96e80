import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { displayAddress, isInNetworks, readNetwork } from './networks.ts'

test('networks are read in one written form', () => {
  const forms: [string, string][] = [
    ['192.168.1.7/16', '192.168.0.0/16'],
    ['10.1.2.3', '10.1.2.3/32'],
    [' 0.0.0.0/0 ', '0.0.0.0/0'],
    ['2001:DB8::1/32', '2001:db8::/32'],
    ['::1', '::1/128'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
  ]
  for (const [typed, written] of forms) assert.equal(readNetwork(typed), written, typed)
})

test('what is no network is refused', () => {
  const refused = ['', 'office', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '::ffff:10.0.0.0/8']
  for (const text of [...refused, '10.0.0.0/-1', '0x7f.1', '12', '10.0.0.0/1e1', '/8'])
    assert.equal(readNetwork(text), undefined, text)
})

test('an address is in its networks, also written as IPv6', () => {
  assert.ok(isInNetworks('10.9.8.7', ['192.168.0.0/16', '10.0.0.0/8']))
  assert.ok(isInNetworks('::ffff:10.9.8.7', ['10.0.0.0/8']))
  assert.ok(isInNetworks('2001:db8::5', ['2001:db8::/32']))
  assert.ok(isInNetworks('fe80::1%eth0', ['fe80::/10']))
  assert.ok(!isInNetworks('11.9.8.7', ['10.0.0.0/8']))
  assert.ok(!isInNetworks('::1', ['0.0.0.0/0']))
  assert.ok(!isInNetworks('10.9.8.7', []))
})

test('an address that is none is nowhere, and shown as nothing', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/^[\da-fx.:%]+$/i.test(text))
      assert.equal(isInNetworks(text, ['0.0.0.0/0', '::/0']), false)
      assert.equal(displayAddress(text), '')
    }),
  )
  assert.equal(displayAddress('::ffff:10.9.8.7'), '10.9.8.7')
})

test('whatever is typed, reading it never throws, and what is read matches its own address', () => {
  const byte = fc.nat(255)
  fc.assert(
    fc.property(byte, byte, byte, byte, fc.nat(32), (a, b, c, d, bits) => {
      const address = `${a}.${b}.${c}.${d}`
      const network = readNetwork(`${address}/${bits}`)
      assert.ok(network !== undefined && isInNetworks(address, [network]))
      assert.equal(readNetwork(network), network)
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => void readNetwork(text)))
})
