import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expiryOf } from './key-expiry.ts'

const now = new Date('2026-01-01T12:00:00Z')

test('days are counted from now, and none is never', () => {
  assert.equal(expiryOf('30', '', now), '2026-01-31T12:00:00.000Z')
  assert.equal(expiryOf('365', '', now), '2027-01-01T12:00:00.000Z')
  assert.equal(expiryOf('none', '2030-01-31', now), null)
})

test('a key lives to the end of its last day, where the person is', () => {
  const end = new Date(expiryOf('date', '2030-01-31', now) ?? '')
  assert.deepEqual([end.getDate(), end.getHours(), end.getMinutes()], [31, 23, 59])
})
