import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingParts, partKey, readPartName, setPath } from './part-names.ts'

test('counters of parts are taken off a name, in every common form', () => {
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
    const name = readPartName(stem)
    assert.deepEqual([name.base, name.counter?.index, name.counter?.total], [base, index, total], stem)
  }
})

test('names that only resemble a counter stay whole', () => {
  for (const stem of ['king-of-hearts', 'best of 3', 'v1-of', 'fox-5-of-2', 'fox-0-of-0', 'fox-1-of-99999', 'fox_v1.0'])
    assert.deepEqual(readPartName(stem), { base: stem, variant: '' }, stem)
})

test('a variant is taken off a generic name only', () => {
  assert.equal(setPath('x/model.fp16'), 'x/model')
  assert.equal(setPath('x/pytorch_model.non_ema'), 'x/pytorch_model')
  assert.equal(setPath('x/fox.fp16'), 'x/fox.fp16')
})

test('missing parts are counted, and named as they would be, for each set', () => {
  const missing = (paths: string[]) => missingParts(paths, 3)
  assert.deepEqual(missing(['a/m-00001-of-00003', 'a/m-00003-of-00003', 'b/m-1-of-1', 'a/plain']), {
    count: 1,
    named: ['a/m-00002-of-00003'],
  })
  assert.deepEqual(missing(['m-0-of-2', 'm-1-of-2']), { count: 0, named: [] }, 'counted from zero')
  assert.deepEqual(missing(['model-1-of-2', 'model.fp16-2-of-2']), {
    count: 2,
    named: ['model-2-of-2', 'model.fp16-1-of-2'],
  })
})

test('only the first missing parts are named, however many sets claim to be large', () => {
  const paths = Array.from({ length: 1000 }, (_, index) => `m-1-of-${index + 9000}`)
  const { count, named } = missingParts(paths, 3)
  assert.deepEqual(named, ['m-2-of-9000', 'm-3-of-9000', 'm-4-of-9000'])
  assert.equal(count, 1000 * 8999 + (999 * 1000) / 2)
})

test('parts of one set share a key, and other files have none', () => {
  assert.equal(partKey('a/m-1-of-2'), partKey('a/m-2-of-2'))
  assert.notEqual(partKey('a/m-1-of-2'), partKey('b/m-2-of-2'))
  assert.notEqual(partKey('a/model-1-of-2'), partKey('a/model.fp16-2-of-2'))
  assert.equal(partKey('a/m'), undefined)
})
