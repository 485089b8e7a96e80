import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSemaphore } from './semaphore.ts'

test('so many jobs run at once, so many wait in order, and the next is refused', async () => {
  const turns = openSemaphore({ maxConcurrent: 2, maxQueued: 3 })
  const started: number[] = []
  const ends: (() => void)[] = []
  const jobs = Array.from({ length: 7 }, (_, index) =>
    turns.run(() => {
      started.push(index)
      return new Promise<void>((resolve) => ends.push(resolve))
    }),
  )
  assert.deepEqual(
    jobs.map((job) => job !== undefined),
    [true, true, true, true, true, false, false],
  )
  assert.deepEqual(started, [0, 1])
  for (let ended = 0; ended < 5; ended++) {
    ends[ended]?.()
    await jobs[ended]
    await new Promise(setImmediate)
    assert.equal(started.length, Math.min(5, ended + 3))
  }
  assert.deepEqual(started, [0, 1, 2, 3, 4])
  assert.equal(await turns.run(async () => 'again'), 'again')
})

test('a job that fails gives its turn back', async () => {
  const turns = openSemaphore({ maxConcurrent: 1, maxQueued: 1 })
  const failing = turns.run(() => Promise.reject(new Error('no')))
  const next = turns.run(async () => 'next')
  await assert.rejects(async () => failing, /no/)
  assert.equal(await next, 'next')
  assert.equal(await turns.run(async () => 'last'), 'last')
})
