import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileMetadata } from './file-metadata.ts'
import type { ModelHeader } from './tensors.ts'

const header = (metadata: Record<string, string>): ModelHeader => ({
  format: 'SafeTensor',
  headerBytes: 100,
  tensors: [],
  metadata,
})

test('what a trainer wrote is read, its tags the most frequent first', () => {
  const { entries, training, moreEntries } = fileMetadata(
    header({
      ss_network_dim: '32',
      ss_tag_frequency: JSON.stringify({ a: { sea: 3, sky: 9 }, b: { sea: 10 } }),
      format: 'pt',
    }),
  )
  assert.deepEqual(
    entries.map(({ name, isCut }) => [name, isCut]),
    [
      ['format', false],
      ['ss_network_dim', false],
      ['ss_tag_frequency', false],
    ],
  )
  assert.equal(moreEntries, 0)
  assert.equal(training?.networkDim, 32)
  assert.deepEqual(training?.tags, [
    { tag: 'sea', count: 13 },
    { tag: 'sky', count: 9 },
  ])
})

test('a file that says nothing has no entries and no training', () => {
  assert.deepEqual(fileMetadata(header({})), { format: 'SafeTensor', entries: [], moreEntries: 0, training: null })
})

test('long texts are cut and said to be, and entries beyond the bound are counted', () => {
  const many = Object.fromEntries(Array.from({ length: 503 }, (_, index) => [`key${index}`, 'x']))
  const { entries, moreEntries } = fileMetadata(header({ ...many, a: 'y'.repeat(5000) }))
  assert.deepEqual(entries[0], { name: 'a', value: 'y'.repeat(4000), isCut: true })
  assert.equal(entries.length, 500)
  assert.equal(moreEntries, 4)
})
