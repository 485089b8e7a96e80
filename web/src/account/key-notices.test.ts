import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countNoticed, endsSoon } from './key-notices.ts'

const now = new Date('2026-01-01T12:00:00Z')
const quiet = { status: 'active', expiresAt: null, warnings: [] } as const

test('a key is to be looked at once when it warns or ends within 14 days, and an ended one for its warnings alone', () => {
  const lastDays = { ...quiet, expiresAt: '2026-01-15T12:00:00Z' }
  const later = { ...quiet, expiresAt: '2026-01-15T12:00:01Z' }
  assert.deepEqual(
    [quiet, lastDays, later, { ...lastDays, status: 'revoked' as const }].map((key) => endsSoon(key, now)),
    [false, true, false, false],
  )
  const leaked = { ...quiet, status: 'revoked' as const, warnings: ['leak'] }
  const expired = { ...quiet, status: 'expired' as const, expiresAt: '2025-12-31T00:00:00Z' }
  assert.equal(countNoticed([quiet, lastDays, { ...lastDays, warnings: ['query'] }, later, leaked, expired], now), 3)
})
