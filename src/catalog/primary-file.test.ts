import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FileTraits, primaryFile } from './primary-file.ts'

const file = (id: number, traits: Partial<FileTraits> = {}): FileTraits => ({
  id,
  type: 'Model',
  format: null,
  size: null,
  fp: null,
  quant_type: null,
  ...traits,
})

test('SafeTensor pruned fp16 beats PickleTensor full fp32, which beats a VAE', () => {
  const best = file(3, { format: 'SafeTensor', size: 'pruned', fp: 'fp16' })
  const second = file(2, { format: 'PickleTensor', size: 'full', fp: 'fp32' })
  const vae = file(1, { type: 'VAE', format: 'SafeTensor', size: 'pruned', fp: 'fp16' })
  assert.equal(primaryFile([vae, second, best])?.id, 3)
  assert.equal(primaryFile([vae, second])?.id, 2)
})

test('the file of a VAE model that is called VAE holds its weights', () => {
  const files = [file(1, { type: 'Config' }), file(2, { type: 'VAE' })]
  assert.equal(primaryFile(files)?.id, 1)
  assert.equal(primaryFile(files, { modelType: 'VAE' })?.id, 2)
})

test('what was asked for outweighs the default preference', () => {
  const files = [file(1, { format: 'SafeTensor', fp: 'fp16' }), file(2, { format: 'SafeTensor', fp: 'fp32' })]
  assert.equal(primaryFile(files)?.id, 1)
  assert.equal(primaryFile(files, { fp: 'fp32' })?.id, 2)
})

test('a trait that is not set neither adds nor takes', () => {
  const files = [file(1, { format: 'GGUF' }), file(2), file(3, { format: 'SafeTensor' })]
  assert.equal(primaryFile(files)?.id, 3)
  assert.equal(primaryFile(files.slice(0, 2))?.id, 2)
})

test('no files have no primary one', () => assert.equal(primaryFile([]), undefined))

test('the choice does not depend on the order of the files, and ties go to the lowest id', () => {
  const traits = fc.record({
    type: fc.constantFrom('Model', 'VAE', 'UNet', 'Config'),
    format: fc.constantFrom(null, 'SafeTensor', 'GGUF'),
    size: fc.constantFrom(null, 'full', 'pruned'),
    fp: fc.constantFrom(null, 'fp16', 'fp32'),
    quant_type: fc.constantFrom(null, 'Q4_K_M', 'Q8_0'),
  })
  fc.assert(
    fc.property(fc.array(traits, { minLength: 1, maxLength: 8 }), (list) => {
      const files = list.map((each, index) => file(index + 1, each))
      const chosen = primaryFile(files)
      assert.equal(primaryFile(files.toReversed()), chosen)
      assert.equal(
        primaryFile(
          files.map((each) => ({
            ...each,
            id: each.id + 10,
            type: 'Model',
            format: null,
            size: null,
            fp: null,
            quant_type: null,
          })),
        )?.id,
        11,
      )
    }),
  )
})

test('of equal files with local ids the first name is primary, in whatever order they were read', () => {
  const part = (id: number, name: string) => ({
    id,
    name,
    type: 'Model',
    format: 'SafeTensor',
    size: null,
    fp: null,
    quant_type: null,
  })
  const [first, second] = [1_000_000_001, 1_000_000_002]
  for (const files of [
    [part(first, 'a-00002-of-00002'), part(second, 'a-00001-of-00002')],
    [part(second, 'a-00002-of-00002'), part(first, 'a-00001-of-00002')],
  ])
    assert.equal(primaryFile(files)?.name, 'a-00001-of-00002')
  assert.equal(primaryFile([part(6, 'a'), part(5, 'b')])?.name, 'b')
})
