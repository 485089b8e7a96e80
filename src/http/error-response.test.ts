import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Abandoned, TooBusy } from '../db/read-queue.ts'
import { failureAnswer } from './error-response.ts'

test('what would wait too long is 503 with the time to come again, and is no failure for the log', () => {
  const logged: unknown[] = []
  const answerTo = (error: unknown) => failureAnswer(error, 'id', (_id, failure) => logged.push(failure))
  const busy = answerTo(new TooBusy(4))
  assert.deepEqual([busy.status, busy.headers['retry-after']], [503, '4'])
  assert.equal(typeof JSON.parse(busy.body).error, 'string')
  assert.equal(answerTo(new Abandoned()).status, 503)
  assert.deepEqual(logged, [])
  assert.equal(answerTo(new Error('unforeseen')).status, 500)
  assert.equal(logged.length, 1)
})
