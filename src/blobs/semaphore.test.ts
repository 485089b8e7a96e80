import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSemaphore } from './semaphore.ts'

test('maxConcurrent jobs run, maxQueued wait in order, and the next is refused', async () => {
  const semaphore = openSemaphore({ maxConcurrent: 2, maxQueued: 3 })
  const started: number[] = []
  const ends: (() => void)[] = []
  const jobs = Array.from({ length: 7 }, (_, index) =>
    semaphore.run(() => {
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
  assert.equal(await semaphore.run(async () => 'again'), 'again')
})

test('a failed job frees its slot', async () => {
  const semaphore = openSemaphore({ maxConcurrent: 1, maxQueued: 1 })
  const failing = semaphore.run(() => Promise.reject(new Error('no')))
  const next = semaphore.run(async () => 'next')
  await assert.rejects(async () => failing, /no/)
  assert.equal(await next, 'next')
  assert.equal(await semaphore.run(async () => 'last'), 'last')
})
