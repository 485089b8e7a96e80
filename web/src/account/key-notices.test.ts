import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alarmsOf, countNoticed, endsSoon } from './key-notices.ts'

const now = new Date('2026-01-01T12:00:00Z')
const quiet = { status: 'active', expiresAt: null, networks: [], warnings: [] } as const
const warned = (kind: string) => ({ ...quiet, warnings: [{ kind }] })

test('an active key expires soon within 14 days, an ended one never', () => {
  const lastDays = { ...quiet, expiresAt: '2026-01-15T12:00:00Z' }
  const later = { ...quiet, expiresAt: '2026-01-15T12:00:01Z' }
  assert.deepEqual(
    [quiet, lastDays, later, { ...lastDays, status: 'revoked' as const }].map((key) => endsSoon(key, now)),
    [false, true, false, false],
  )
  assert.equal(countNoticed([quiet, lastDays, { ...lastDays, warnings: [{ kind: 'leak' }] }, later], now), 2)
})

test('the badge counts only active keys, and goes with its cause', () => {
  assert.equal(countNoticed([warned('found')], now), 1)
  for (const status of ['revoked', 'expired'] as const)
    for (const kind of ['leak', 'found', 'canary', 'rotated'])
      assert.equal(countNoticed([{ ...warned(kind), status, expiresAt: '2025-12-31T00:00:00Z' }], now), 0)
})

test('a use that the settings of a key allow raises no alarm', () => {
  const kinds = (key: Parameters<typeof alarmsOf>[0]) => alarmsOf(key).map(({ kind }) => kind)
  assert.deepEqual(kinds(warned('query')), [])
  assert.deepEqual(kinds({ ...warned('network'), networks: ['192.0.2.0/24'] }), [])
  assert.deepEqual(kinds(warned('network')), ['network'])
  assert.deepEqual(kinds({ ...warned('rotated'), status: 'revoked' }), [])
  for (const kind of ['leak', 'found', 'canary', 'origin', 'rotated']) assert.deepEqual(kinds(warned(kind)), [kind])
})
