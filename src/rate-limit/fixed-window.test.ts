import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openFixedWindowLimiter } from './fixed-window.ts'

test('a window admits as many as the rate says, tells what is left, and ends', () => {
  const clock = { now: 5000 }
  const windows = openFixedWindowLimiter({ most: 2, seconds: 60 }, { now: () => clock.now })
  assert.deepEqual(windows.count('a'), { admitted: true, left: 1, resetSeconds: 60 })
  clock.now += 29_500
  assert.deepEqual(windows.count('a'), { admitted: true, left: 0, resetSeconds: 31 })
  assert.deepEqual(windows.count('a'), { admitted: false, left: 0, resetSeconds: 31 })
  assert.deepEqual(windows.count('b'), { admitted: true, left: 1, resetSeconds: 60 })
  clock.now += 30_499
  assert.deepEqual(windows.count('a'), { admitted: false, left: 0, resetSeconds: 1 })
  clock.now += 1
  assert.deepEqual(windows.count('a'), { admitted: true, left: 1, resetSeconds: 60 })
})

test('within any window no more are admitted than the rate says, however many are refused', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2500 })), fc.integer({ min: 1, max: 5 }), (steps, most) => {
      const clock = { now: 0 }
      const windows = openFixedWindowLimiter({ most, seconds: 2 }, { now: () => clock.now })
      let began = Number.NEGATIVE_INFINITY
      let admitted = 0
      for (const step of steps) {
        clock.now += step
        if (clock.now - began >= 2000) [began, admitted] = [clock.now, 0]
        const counted = windows.count('a')
        if (counted.admitted) admitted++
        assert.ok(admitted <= most)
        assert.equal(counted.left, most - admitted)
        assert.equal(counted.admitted || admitted === most, true)
      }
    }),
  )
})

test('a clock that is set back begins a new window', () => {
  const clock = { now: 10_000_000 }
  const windows = openFixedWindowLimiter({ most: 1, seconds: 60 }, { now: () => clock.now })
  windows.count('a')
  assert.equal(windows.count('a').admitted, false)
  clock.now = 0
  assert.deepEqual(windows.count('a'), { admitted: true, left: 0, resetSeconds: 60 })
})

test('of the keys the latest are remembered, and no more', () => {
  const windows = openFixedWindowLimiter({ most: 1, seconds: 60 }, { now: () => 0 })
  windows.count('first')
  windows.count('asked for meanwhile')
  for (let key = 0; key < 9_999; key++) {
    windows.count(`key ${key}`)
    assert.equal(windows.count('asked for meanwhile').admitted, false)
  }
  assert.equal(windows.count('first').admitted, true)
})
