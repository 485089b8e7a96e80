import assert from 'node:assert/strict'
import { test } from 'node:test'
import { levelWords, requestedLevels, wordOf } from './level-words.ts'

test('each level has its word, and what is no single level is called None', () => {
  assert.deepEqual([1, 2, 4, 8, 16].map(wordOf), ['None', 'Soft', 'Mature', 'X', 'X'])
  assert.deepEqual([0, 3, 31].map(wordOf), ['None', 'None', 'None'])
})

test('a word asks for its level and those below it, yes for what is mature alone, no for PG', () => {
  assert.deepEqual(levelWords.map(requestedLevels), [1, 3, 7, 31])
  assert.deepEqual([requestedLevels(true), requestedLevels(false)], [28, 1])
})
