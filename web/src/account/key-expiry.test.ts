import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowedChoice, dayOf, expiryChoices, expiryOf, lastDay } from './key-expiry.ts'

const now = new Date('2026-01-01T12:00:00Z')
const unlimited = { now, longestDays: null }

test('days are counted from now, and none is never', () => {
  assert.equal(expiryOf('30', '', unlimited), '2026-01-31T12:00:00.000Z')
  assert.equal(expiryOf('365', '', unlimited), '2027-01-01T12:00:00.000Z')
  assert.equal(expiryOf('none', '2030-01-31', unlimited), null)
})

test('a key lives to the end of its last day, where the person is', () => {
  const end = new Date(expiryOf('date', '2030-01-31', unlimited) ?? '')
  assert.deepEqual([end.getDate(), end.getHours(), end.getMinutes()], [31, 23, 59])
})

test('where the hub lets keys live so long and no longer, nothing beyond is offered', () => {
  const values = (longestDays: number | null) => expiryChoices(longestDays).map(({ value }) => value)
  assert.deepEqual(values(null), ['30', '90', '365', 'none', 'date'])
  assert.deepEqual(values(45), ['30', '45', 'date'])
  assert.deepEqual(values(90), ['30', '90', 'date'])
  assert.equal(allowedChoice('90', 45), '45')
  assert.equal(allowedChoice('none', 45), '45')
  assert.equal(allowedChoice('30', 45), '30')
  assert.equal(allowedChoice('none', null), 'none')
})

test('the longest life is left to the hub to reckon, on its last day too', () => {
  const longest = { now, longestDays: 45 }
  const last = lastDay(45, now) ?? ''
  assert.equal(last, dayOf(new Date('2026-02-15T12:00:00Z')))
  assert.equal(expiryOf('45', '', longest), null)
  assert.equal(expiryOf('date', last, longest), null)
  assert.equal(expiryOf('30', '', longest), '2026-01-31T12:00:00.000Z')
})
