import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { scopePresets } from '../scopes.ts'
import { clientsOf, narrowest, obstaclesOf } from './limit-change-preview.ts'
import type { TokenClient } from './token-list.ts'

const widest = { scope: scopePresets.Full, networks: [], queryPolicy: 'always' } as const

const programs = fc.record({
  network: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('')),
  agent: fc.constantFrom('curl/8', 'wget/1'),
  form: fc.constantFrom('header' as const, 'query' as const),
  lastSeenAt: fc.nat(1000),
  requests: fc.nat(9),
  scopes: fc.nat(scopePresets.Full),
  beyondDownloads: fc.boolean(),
})

const program = (more: Partial<TokenClient> = {}): TokenClient => ({
  network: '10.0.0.1',
  agent: 'curl/8',
  form: 'header',
  lastSeenAt: 1,
  requests: 1,
  scopes: 1,
  beyondDownloads: true,
  ...more,
})

test('under the narrowest limits every program would have been served, as it was', () => {
  fc.assert(
    fc.property(fc.array(programs, { maxLength: 60 }), (seen) => {
      const proposed = narrowest(seen, widest)
      for (const one of seen) assert.deepEqual(obstaclesOf(one, proposed), [])
      assert.ok(proposed.networks.length <= 20)
    }),
  )
})

test('the narrowest limits widen nothing, and are as narrow as what was used', () => {
  const own = { scope: 5, networks: ['10.0.0.0/8'], queryPolicy: 'downloads' } as const
  assert.deepEqual(narrowest([], own), { scope: 1, networks: ['10.0.0.0/8'], queryPolicy: 'never' })
  const byQuery = program({ form: 'query', scopes: 6 })
  assert.deepEqual(narrowest([byQuery], own), { scope: 5, networks: ['10.0.0.1/32'], queryPolicy: 'downloads' })
  assert.equal(narrowest([byQuery], widest).queryPolicy, 'always')
  assert.equal(narrowest([{ ...byQuery, beyondDownloads: false }], widest).queryPolicy, 'downloads')
})

test('networks are kept where others would go beyond them: one was used from elsewhere before they were set', () => {
  const from = (addresses: string[], networks: string[]) =>
    narrowest(
      addresses.map((network) => program({ network })),
      { ...widest, networks },
    ).networks
  assert.deepEqual(from(['10.0.0.7', '192.168.1.5'], ['10.0.0.0/8']), ['10.0.0.7/32'])
  assert.deepEqual(from(['192.168.1.5'], ['10.0.0.0/8']), ['10.0.0.0/8'])
  assert.deepEqual(from(['2001:db8::1'], ['2001:db8::1/128']), ['2001:db8::1/128'])
  const thirty = Array.from({ length: 30 }, (_, host) => `192.168.1.${host}`)
  assert.deepEqual(from(thirty, ['192.168.1.0/27']), ['192.168.1.0/27'])
})

test('many addresses become the networks around them, and where these are many as well, none', () => {
  const from = (addresses: string[]) =>
    narrowest(
      addresses.map((network) => program({ network })),
      widest,
    ).networks
  assert.deepEqual(from(['2001:db8::1', '2001:db8::2:1', '192.168.1.5']), ['192.168.1.5/32', '2001:db8::/64'])
  assert.deepEqual(from(Array.from({ length: 30 }, (_, host) => `192.168.1.${host}`)), ['192.168.1.0/24'])
  assert.deepEqual(from(Array.from({ length: 30 }, (_, net) => `10.7.${net}.1`)), ['10.7.0.0/16'])
  assert.deepEqual(from(Array.from({ length: 30 }, (_, net) => `10.${net}.0.1`)), [])
  assert.deepEqual(from(['10.0.0.1', '']), [], 'an address that is not known may be any')
})

test('a program counts once over all secrets, and only what it did lately', () => {
  const secrets = [
    [program({ lastSeenAt: 5 }), program({ agent: 'old', lastSeenAt: 1 })],
    [program({ lastSeenAt: 9, requests: 2, scopes: 4, beyondDownloads: false })],
  ].map((clients) => ({ clients }))
  const found = clientsOf({ secrets } as Parameters<typeof clientsOf>[0], 2)
  assert.deepEqual(found, [program({ lastSeenAt: 9, requests: 3, scopes: 5 })])
})
