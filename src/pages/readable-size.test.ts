import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readableSize } from './readable-size.ts'

test('sizes are told in the unit that fits', () => {
  assert.deepEqual([0, 0.5, 1, 1023.4, 1024, 6_775_430, 3 * 1024 ** 3, 5000 * 1024 ** 3].map(readableSize), [
    '0 KiB',
    '0.5 KiB',
    '1 KiB',
    '1020 KiB',
    '1 MiB',
    '6.46 GiB',
    '3 TiB',
    '5000 TiB',
  ])
})
