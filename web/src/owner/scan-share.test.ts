import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doneShare } from './scan-share.ts'

const reading = { phase: 'reading', files: 4, doneFiles: 1, bytes: 100, doneBytes: 50 }

test('what is done counts by bytes, and by files where these are empty', () => {
  assert.equal(doneShare(reading), 0.5)
  assert.equal(doneShare({ ...reading, bytes: 0, doneBytes: 0 }), 0.25)
  assert.equal(doneShare({ ...reading, files: 0, doneFiles: 0, bytes: 0, doneBytes: 0 }), 0)
})

test('a file that grows meanwhile makes no more than all, and looking has no measure', () => {
  assert.equal(doneShare({ ...reading, doneBytes: 120 }), 1)
  assert.equal(doneShare({ ...reading, phase: 'walking' }), undefined)
})
