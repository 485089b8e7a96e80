import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BadCursor, readCursor, writeCursor } from './cursor.ts'

const safeInteger = () => fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })

test('a cursor gives back its keys and needs no escaping in a URL', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(safeInteger(), { maxLength: 4 }), (order, keys) => {
      fc.pre(order.length < 60)
      const text = writeCursor({ order, keys })
      assert.equal(encodeURIComponent(text), text)
      assert.deepEqual(
        readCursor(text, { order, keyCount: keys.length }),
        keys.map((key) => key + 0),
      )
    }),
  )
})

test('a cursor of another order or of another number of keys is refused', () => {
  const text = writeCursor({ order: 'Newest', keys: [5, 6] })
  assert.throws(() => readCursor(text, { order: 'Oldest', keyCount: 2 }), BadCursor)
  assert.throws(() => readCursor(text, { order: 'Newest', keyCount: 3 }), BadCursor)
})

test('whatever else is sent as a cursor is refused as one', () => {
  const forged = [
    [1, 'Newest', '5', 6],
    [1, 'Newest', 5.5, 6],
    [1, 'Newest', null, 6],
    [2, 'Newest', 5, 6],
    {},
    null,
    7,
  ]
    .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'))
    .concat('', ' ', '5|6', 'A'.repeat(100_000))
  for (const text of forged) assert.throws(() => readCursor(text, { order: 'Newest', keyCount: 2 }), BadCursor)
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.throws(() => readCursor(text, { order: 'Newest', keyCount: 2 }), BadCursor)
    }),
  )
})
