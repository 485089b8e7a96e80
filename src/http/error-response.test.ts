import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AbandonedError, ReadQueueFullError } from '../db/read-queue.ts'
import { failureResponse } from './error-response.ts'

test('what would wait too long is 503 with the time to come again, and is no failure for the log', () => {
  const logged: unknown[] = []
  const answerTo = (error: unknown) => failureResponse(error, 'id', (_id, failure) => logged.push(failure))
  const busy = answerTo(new ReadQueueFullError(4))
  assert.deepEqual([busy.status, busy.headers['retry-after']], [503, '4'])
  assert.equal(typeof JSON.parse(busy.body).error, 'string')
  assert.equal(answerTo(new AbandonedError()).status, 503)
  assert.deepEqual(logged, [])
  assert.equal(answerTo(new Error('unforeseen')).status, 500)
  assert.equal(logged.length, 1)
})
