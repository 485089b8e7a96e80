import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browsingLevels, levelsOf, levelsShown, matureLevels } from './browsing-level.ts'

test('a model has the levels of its images together', () => {
  assert.equal(levelsOf([browsingLevels.PG, browsingLevels.X, browsingLevels.X], false), 9)
})

test('a model without images is PG unless it is said to be mature', () => {
  assert.equal(levelsOf([], false), browsingLevels.PG)
  assert.equal(levelsOf([0], true), matureLevels)
})

test('nsfw=false shows PG, nsfw=true everything, nothing given the choice of the owner', () => {
  assert.equal(levelsShown(false, 31), 1)
  assert.equal(levelsShown(true, 1), 31)
  assert.equal(levelsShown(undefined, 3), 3)
  assert.equal(levelsShown(undefined, 63), 31)
})
