import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz/run.ts'

test('whatever is asked, the answer is one that the OpenAPI document tells, and nothing fails inside', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  t.diagnostic(`again: npm run fuzz -- --requests 1500 --seed ${seed}`)
  const { requests, operations, faults, errors } = await fuzz({ requests: 1500, seed })
  assert.deepEqual({ faults, errors }, { faults: [], errors: [] })
  assert.equal(requests, 1500)
  const succeeded = [...operations.values()].filter((counts) => counts.succeeded > 0)
  assert.ok(
    succeeded.length > operations.size / 2,
    `only ${succeeded.length} of ${operations.size} operations succeeded`,
  )
})
