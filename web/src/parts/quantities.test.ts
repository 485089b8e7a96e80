import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted, readableBytes, readableSeconds } from './quantities.ts'

test('amounts of data are told in the unit that fits', () => {
  const told = [0, 1, 999, 1000, 6_938_040_682, 80e12].map(readableBytes)
  assert.deepEqual(told, ['0 bytes', '1 bytes', '999 bytes', '1 kB', '6.94 GB', '80 TB'])
})

test('a duration is told in its two largest units, and never as none at all', () => {
  const told = [0, 0.4, 59.6, 252, 3600 * 2 + 301].map(readableSeconds)
  assert.deepEqual(told, ['1 s', '1 s', '1 min 0 s', '4 min 12 s', '2 h 5 min'])
})

test('one is told apart from many', () => {
  assert.equal(counted(1, 'file', 'files'), '1 file')
  assert.equal(counted(12_000, 'file', 'files'), '12,000 files')
})
