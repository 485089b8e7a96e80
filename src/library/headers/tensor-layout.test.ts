import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coversWholeFile } from './tensor-layout.ts'
import type { Tensor } from './tensors.ts'

const tensor = (begin: number, end: number, more: Partial<Tensor> = {}): Tensor => ({
  name: `at ${begin}`,
  dtype: 'U8',
  shape: [end - begin],
  begin,
  end,
  ...more,
})
const safetensors = (tensors: Tensor[], dataBytes: number) =>
  coversWholeFile({ format: 'SafeTensor', headerBytes: 100, metadata: {}, tensors }, 100 + dataBytes)
const gguf = (tensors: Tensor[], dataBytes: number, metadata: Record<string, string> = {}) =>
  coversWholeFile({ format: 'GGUF', headerBytes: 96, metadata, tensors }, 96 + dataBytes)

test('safetensors: tensors in any order tile the data exactly', () => {
  assert.ok(safetensors([tensor(4, 10), tensor(0, 4), tensor(4, 4)], 10))
  assert.ok(safetensors([], 0), 'a header without tensors')
  assert.ok(!safetensors([tensor(0, 4), tensor(4, 10)], 11), 'bytes after the last tensor')
  assert.ok(!safetensors([], 1), 'bytes without tensors')
  assert.ok(!safetensors([tensor(0, 4), tensor(5, 10)], 10), 'a gap')
  assert.ok(!safetensors([tensor(1, 10)], 10), 'a gap at the beginning')
  assert.ok(!safetensors([tensor(0, 6), tensor(4, 10)], 10), 'an overlap')
  assert.ok(!safetensors([tensor(0, 10), tensor(0, 10)], 10), 'two tensors of the same bytes')
  assert.ok(!safetensors([tensor(0, 10, { dtype: 'F3_X' })], 10), 'an unknown type')
})

test('GGUF: tensors tile the data with the padding of each, the last one included', () => {
  const f32 = (begin: number, elements: number) =>
    tensor(begin, begin + 4 * elements, { dtype: 'F32', shape: [elements] })
  assert.ok(gguf([f32(32, 8), f32(0, 3)], 64))
  assert.ok(gguf([f32(0, 3)], 32), 'the last tensor is padded')
  assert.ok(!gguf([f32(0, 3)], 12), 'the padding of the last tensor is missing')
  assert.ok(!gguf([f32(0, 3)], 33), 'a byte after the padding')
  assert.ok(!gguf([f32(0, 3)], 64), 'more padding than the alignment')
  assert.ok(!gguf([f32(0, 3), f32(12, 3)], 32), 'a tensor that is not aligned')
  assert.ok(gguf([f32(0, 3), f32(64, 3)], 128, { 'general.alignment': '64' }))
  assert.ok(!gguf([f32(0, 3), f32(32, 3)], 64, { 'general.alignment': '64' }))
})

test('GGUF: the size of a tensor follows from its type, in whole blocks', () => {
  assert.ok(gguf([tensor(0, 144, { dtype: 'Q4_0', shape: [4, 64] })], 160))
  assert.ok(gguf([tensor(0, 17, { dtype: 'MXFP4', shape: [32] })], 32))
  assert.ok(!gguf([tensor(0, 18, { dtype: 'Q4_0', shape: [2, 16] })], 32), 'half a block in each row')
  assert.ok(!gguf([tensor(0, 0, { dtype: 'type 99', shape: [64] })], 0), 'an unknown type')
})
