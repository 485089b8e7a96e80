import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRate } from './recent-rate.ts'

test('the rate covers the last seconds', () => {
  const rate = openRate()
  assert.equal(rate.bytesPerSecond(), undefined)
  rate.add(0, 0)
  rate.add(100, 100)
  assert.equal(rate.bytesPerSecond(), undefined, 'too early to tell')
  for (let second = 1; second <= 20; second += 1) rate.add(second * 1000, second * 1000)
  assert.equal(rate.bytesPerSecond(), 1000)
  for (let second = 21; second <= 40; second += 1) rate.add(20_000, second * 1000)
  assert.equal(rate.bytesPerSecond(), 0)
})
