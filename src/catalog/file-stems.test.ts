import assert from 'node:assert/strict'
import { test } from 'node:test'
import { searchedText, textOfFileNames } from './file-stems.ts'

test('the full name of a model file is searched as its stem', () => {
  assert.equal(searchedText('m50_v1.safetensors'), 'm50_v1')
  assert.equal(searchedText(' M50-v1.1.GGUF '), 'M50-v1.1')
  assert.equal(searchedText('v1.5'), 'v1.5')
  assert.equal(searchedText('safetensors'), 'safetensors')
  assert.equal(searchedText('.safetensors'), '.safetensors')
})

test('each stem is searched once, and their text is bounded', () => {
  assert.equal(textOfFileNames(['a_b.safetensors', 'a_b.ckpt', 'c.vae.pt']), 'a_b c.vae')
  assert.equal(textOfFileNames(Array.from({ length: 10_000 }, (_, index) => `shard-${index}.bin`)).length, 20_000)
})
