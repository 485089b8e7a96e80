import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationInWords, durationOf, secondsOf } from './duration.ts'

test('a duration is as many seconds as it says, and is told in its larger unit', () => {
  assert.equal(secondsOf({ amount: '5', unit: 'days' }), 432_000)
  assert.equal(secondsOf({ amount: '1.5', unit: 'hours' }), 5400)
  for (const seconds of [0, 3600, 90_000, 86_400, 2_592_000]) assert.equal(secondsOf(durationOf(seconds)), seconds)
  assert.deepEqual([0, 3600, 7200, 86_400, 432_000].map(durationInWords), [
    'none',
    '1 hour',
    '2 hours',
    '1 day',
    '5 days',
  ])
})
