import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { countByte } from './count-byte.ts'

test('counting is exact for any content, alignment and length', () => {
  const few = fc.constantFrom(0, 1, 9, 10, 11, 0x7f, 0x80, 0x8a, 0xff)
  fc.assert(
    fc.property(fc.array(few, { maxLength: 60 }), fc.nat(4), few, (content, shift, byte) => {
      const bytes = Uint8Array.from([...Array(shift).fill(byte), ...content]).subarray(shift)
      assert.equal(countByte(bytes, byte), content.filter((other) => other === byte).length)
    }),
    { numRuns: 1000 },
  )
})

test('a buffer of only that byte is counted', () => {
  assert.equal(countByte(new Uint8Array(100_003).fill(10), 10), 100_003)
})
