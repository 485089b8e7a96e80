/** A set of items of which the one that comes first is found at once; every change takes O(log n) comparisons. */
export interface MinHeap<Item> {
  /** Adds an item, or moves it to its place after its order has changed. */
  put(item: Item): void
  /** Removes an item; without effect when it is not in the heap. */
  remove(item: Item): void
  first(): Item | undefined
}

/** Opens an empty binary heap. `comesBefore` may change for an item only if the item is `put` again before any other change. */
export function openMinHeap<Item>(comesBefore: (one: Item, other: Item) => boolean): MinHeap<Item> {
  const items: Item[] = []
  const positions = new Map<Item, number>()

  const place = (item: Item, at: number) => {
    items[at] = item
    positions.set(item, at)
  }
  /** Moves an item from position `at` toward the root, and then toward the leaves, until it is in order. */
  const settle = (item: Item, at: number) => {
    let current = at
    while (current > 0) {
      const parent = (current - 1) >> 1
      const above = items[parent] as Item // a smaller index than that of an item
      if (!comesBefore(item, above)) break
      place(above, current)
      current = parent
    }
    for (let child = smallerChild(current); child !== undefined; child = smallerChild(current)) {
      if (!comesBefore(child.item, item)) break
      place(child.item, current)
      current = child.at
    }
    place(item, current)
  }
  const smallerChild = (parent: number): { item: Item; at: number } | undefined => {
    const left = 2 * parent + 1
    if (left >= items.length) return undefined
    const right = left + 1
    const at = right < items.length && comesBefore(items[right] as Item, items[left] as Item) ? right : left
    return { item: items[at] as Item, at }
  }
  return {
    put: (item) => settle(item, positions.get(item) ?? items.length),
    remove(item) {
      const at = positions.get(item)
      if (at === undefined) return
      positions.delete(item)
      const last = items.pop() as Item // the heap holds `item`
      if (at < items.length) settle(last, at)
    },
    first: () => items[0],
  }
}
