import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { displayAddress, isInNetworks, networkOf, readForwardedAddress, readNetwork } from './networks.ts'

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

/** An address by its number, in 32 or 128 bits. */
const written = (value: bigint, width: number): string => {
  const size = width === 32 ? 8 : 16
  const groups = Array.from({ length: width / size }, (_, index) => {
    const group = BigInt.asUintN(size, value >> BigInt(width - size * (index + 1)))
    return width === 32 ? `${group}` : group.toString(16)
  })
  return groups.join(width === 32 ? '.' : ':')
}

/** Two addresses of one family that are alike up to some bit, and the length of a prefix. */
const neighbours = fc.constantFrom(32, 128).chain((width) =>
  fc
    .tuple(fc.bigInt({ min: 0n, max: 2n ** BigInt(width) - 1n }), fc.nat(width - 1), fc.nat(width))
    // What begins with ::ffff: is IPv4.
    .filter(([value]) => width === 32 || value >> 32n !== 0xffffn)
    .map(([value, flipped, bits]) => ({ width, value, other: value ^ (1n << BigInt(flipped)), bits })),
)

test('a network holds the addresses that begin with its bits, and no other', () => {
  fc.assert(
    fc.property(neighbours, ({ width, value, other, bits }) => {
      const network = readNetwork(`${written(value, width)}/${bits}`)
      assert.ok(network !== undefined)
      const isWithin = (address: bigint) => address >> BigInt(width - bits) === value >> BigInt(width - bits)
      for (const address of [value, other])
        assert.equal(isInNetworks(written(address, width), [network]), isWithin(address), `${address} in ${network}`)
      assert.equal(readNetwork(`${written(other, width)}/${bits}`) === network, isWithin(other))
      if (width === 32) assert.equal(isInNetworks(`::ffff:${written(other, width)}`, [network]), isWithin(other))
      else assert.equal(isInNetworks(written(value >> 96n, 32), [network]), false, 'of the other family')
    }),
    { numRuns: 1000 },
  )
})

test('limits are counted for an IPv4 address alone, and for the 64 bits that an IPv6 address begins with', () => {
  fc.assert(
    fc.property(neighbours, ({ width, value, other }) => {
      const isOne = networkOf(written(value, width)) === networkOf(written(other, width))
      assert.equal(isOne, width === 128 && value >> 64n === other >> 64n)
      if (width === 32) assert.equal(networkOf(`::ffff:${written(value, width)}`), networkOf(written(value, width)))
    }),
  )
})

test('a forwarded address is read without its port and brackets; anything else is none', () => {
  for (const [text, address] of [
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:51234', '2001:db8::1'],
    ['[::ffff:203.0.113.7]:1', '::ffff:203.0.113.7'],
    ['unknown', ''],
    ['_hidden', ''],
    ['203.0.113.7:51234:1', ''],
    ['203.0.113.999:1', ''],
    ['', ''],
  ] as const)
    assert.equal(readForwardedAddress(text), address, text)
})
