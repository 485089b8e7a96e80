import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDuration, readMoment } from './duration.ts'

test('durations have a count and a unit', () => {
  assert.equal(readDuration('90d'), 90 * 86_400_000)
  assert.equal(readDuration('24h'), 86_400_000)
  assert.equal(readDuration('30m'), 1_800_000)
  assert.equal(readDuration('2w'), 14 * 86_400_000)
  assert.equal(readDuration('0'), 0)
  for (const text of ['', '90', 'd', '-1d', '1.5h', '1e3s', '90 days', '9999999d'])
    assert.equal(readDuration(text), undefined, text)
})

test('moments are durations from now or ISO dates, in UTC unless they say otherwise', () => {
  assert.equal(readMoment('1d', 1000), 86_401_000)
  assert.equal(readMoment('2030-01-02', 0), Date.UTC(2030, 0, 2))
  assert.equal(readMoment('2030-01-02T03:04', 0), Date.UTC(2030, 0, 2, 3, 4))
  assert.equal(readMoment('2030-01-02T03:04:05+01:00', 0), Date.UTC(2030, 0, 2, 2, 4, 5))
  for (const text of ['tomorrow', '2030', '2030-13-01', '2030-01-02 03:04', '1/2/2030'])
    assert.equal(readMoment(text, 0), undefined, text)
})
