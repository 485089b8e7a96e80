import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMature, levelName } from './levels.ts'

test('everything above PG is mature, and is called by its highest level', () => {
  assert.deepEqual([0, 1, 2, 4, 8, 16].map(isMature), [false, false, true, true, true, true])
  assert.deepEqual([0, 1, 2, 4, 8, 16, 31].map(levelName), ['PG', 'PG', 'PG-13', 'R', 'X', 'XXX', 'XXX'])
})
