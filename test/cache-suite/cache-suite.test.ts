import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knownFailures } from './known-failures.ts'
import { runSuite } from './run-suite.ts'

test('the public suite of HTTP caches passes but for what is known, and that is not less than it says', async () => {
  const results = await runSuite()
  const failed = results.filter(({ kind, failure }) => kind !== 'check' && failure !== undefined)
  const unknown = failed.filter(({ id }) => !(id in knownFailures))
  assert.deepEqual(unknown, [], 'new failures')
  assert.deepEqual(
    failed.map(({ id }) => id).sort(),
    Object.keys(knownFailures).sort(),
    'failures that are none any more',
  )
  const count = (kind: string) => results.filter((result) => result.kind === kind).length
  assert.deepEqual([count('required'), count('optimal')], [165, 95])
})
