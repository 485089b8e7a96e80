import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openMinHeap } from './min-heap.ts'

interface Entry {
  rank: number
}

const changes = fc.array(
  fc.record({ index: fc.nat(20), rank: fc.integer({ min: 0, max: 50 }), removes: fc.boolean() }),
  { maxLength: 200 },
)

test('the first item is the smallest one, whatever was added, moved and removed', () => {
  fc.assert(
    fc.property(changes, (all) => {
      const heap = openMinHeap<Entry>((one, other) => one.rank < other.rank)
      const entries = Array.from({ length: 21 }, (): Entry => ({ rank: 0 }))
      const held = new Set<Entry>()
      for (const { index, rank, removes } of all) {
        const entry = entries[index] as Entry
        if (removes) {
          heap.remove(entry)
          held.delete(entry)
        } else {
          entry.rank = rank
          heap.put(entry)
          held.add(entry)
        }
        const smallest = held.size === 0 ? undefined : Math.min(...[...held].map((each) => each.rank))
        assert.equal(heap.first()?.rank, smallest)
        assert.ok(held.size === 0 || held.has(heap.first() as Entry))
      }
    }),
  )
})

test('a change compares a number of items that grows with the logarithm of the size', () => {
  let comparisons = 0
  const heap = openMinHeap<Entry>((one, other) => {
    comparisons++
    return one.rank < other.rank
  })
  const entries = Array.from({ length: 10_000 }, (_, rank): Entry => ({ rank }))
  for (const entry of entries) heap.put(entry)
  comparisons = 0
  for (let rank = 10_000; rank < 11_000; rank++) {
    const entry = heap.first() as Entry
    entry.rank = rank
    heap.put(entry)
  }
  // Two for each of at most 14 levels.
  assert.ok(comparisons <= 1000 * 2 * 14, `${comparisons}`)
})
