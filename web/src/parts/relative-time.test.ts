import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relativeTime } from './relative-time.ts'

const now = new Date('2026-03-10T12:00:00Z')
const told = (time: string) => relativeTime(new Date(time), now)

test('times are told by their largest unit, before and after now', () => {
  assert.equal(told('2026-03-10T11:59:40Z'), 'just now')
  assert.equal(told('2026-03-10T12:00:40Z'), 'in less than a minute')
  assert.equal(told('2026-03-10T11:58:00Z'), '2 minutes ago')
  assert.equal(told('2026-03-10T09:00:00Z'), '3 hours ago')
  assert.equal(told('2026-03-09T11:00:00Z'), 'yesterday')
  assert.equal(told('2026-03-17T12:00:00Z'), 'in 7 days')
  assert.equal(told('2026-02-10T12:00:00Z'), '4 weeks ago')
  assert.equal(told('2024-03-10T00:00:00Z'), '2 years ago')
})
