import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findMissingParts, parsePartName, partKey, setPath } from './part-names.ts'

test('part counters are removed from a name, in every common form', () => {
  const forms: [string, string, number, number][] = [
    ['big-00001-of-00002', 'big', 1, 2],
    ['big-1-of-2', 'big', 1, 2],
    ['big_2_of_3', 'big', 2, 3],
    ['big.part1of2', 'big', 1, 2],
    ['big-part-2-of-4', 'big', 2, 4],
    ['diffusion_pytorch_model.fp16-00002-of-00003', 'diffusion_pytorch_model', 2, 3],
    ['diffusion_pytorch_model-00002-of-00003.fp16', 'diffusion_pytorch_model', 2, 3],
  ]
  for (const [stem, base, index, total] of forms) {
    const name = parsePartName(stem)
    assert.deepEqual([name.base, name.counter?.index, name.counter?.total], [base, index, total], stem)
  }
})

test('names that only resemble a counter are not changed', () => {
  for (const stem of ['king-of-hearts', 'best of 3', 'v1-of', 'fox-5-of-2', 'fox-0-of-0', 'fox-1-of-99999', 'fox_v1.0'])
    assert.deepEqual(parsePartName(stem), { base: stem, variant: '' }, stem)
})

test('a variant is removed only from a generic name', () => {
  assert.equal(setPath('x/model.fp16'), 'x/model')
  assert.equal(setPath('x/pytorch_model.non_ema'), 'x/pytorch_model')
  assert.equal(setPath('x/fox.fp16'), 'x/fox.fp16')
})

test('each incomplete set is returned once, with its first missing part and the number of missing parts', () => {
  assert.deepEqual(findMissingParts(['a/m-00001-of-00003', 'a/m-00003-of-00003', 'b/m-1-of-1', 'a/plain']), [
    { first: 'a/m-00002-of-00003', missing: 1, total: 3 },
  ])
  assert.deepEqual(findMissingParts(['w-00001-of-10000', 'w-00002-of-10000']), [
    { first: 'w-00003-of-10000', missing: 9998, total: 10_000 },
  ])
  assert.deepEqual(findMissingParts(['m-0-of-2', 'm-1-of-2']), [], 'counted from zero')
  assert.deepEqual(findMissingParts(['model-1-of-2', 'model.fp16-2-of-2']), [
    { first: 'model-2-of-2', missing: 1, total: 2 },
    { first: 'model.fp16-1-of-2', missing: 1, total: 2 },
  ])
})

test('parts of one set share a key, and other files have none', () => {
  assert.equal(partKey('a/m-1-of-2'), partKey('a/m-2-of-2'))
  assert.notEqual(partKey('a/m-1-of-2'), partKey('b/m-2-of-2'))
  assert.notEqual(partKey('a/model-1-of-2'), partKey('a/model.fp16-2-of-2'))
  assert.equal(partKey('a/m'), undefined)
})
