import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { DiskFull } from '../../db/disk-space.ts'
import { DomainError } from '../errors.ts'
import { openUnstoredEnds } from './unstored-ends.ts'

/** Ends token 7 by a write that fails with each of these errors in turn, once every 5 seconds, and then succeeds. */
async function endBy(errors: Error[]) {
  mock.timers.enable({ apis: ['setTimeout'] })
  const ends = openUnstoredEnds()
  const write = async () => {
    const error = errors.shift()
    if (error) throw error
  }
  await assert.rejects(ends.store(['token 7'], write), DiskFull)
  return {
    isRefused: () => ends.has('token 7'),
    async retry() {
      mock.timers.tick(5000)
      // The write and what follows it are settled promises.
      for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    },
    end() {
      ends.close()
      mock.timers.reset()
    },
  }
}

test('an end that could not be stored is refused from memory until it is stored, whatever error a retry meets', async () => {
  const { isRefused, retry, end } = await endBy([new DiskFull('full'), new Error('database is locked')])
  try {
    assert.ok(isRefused())
    await retry()
    assert.ok(isRefused(), 'a failed retry stores nothing')
    await retry()
    assert.ok(!isRefused())
  } finally {
    end()
  }
})

test('the end of a token that is gone is refused no longer', async () => {
  const { isRefused, retry, end } = await endBy([new DiskFull('full'), new DomainError('There is no token 7')])
  try {
    await retry()
    assert.ok(!isRefused())
  } finally {
    end()
  }
})
