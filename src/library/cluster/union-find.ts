/** Joins items into disjoint sets. */
export interface DisjointSets<Item> {
  join(one: Item, other: Item): void
  /** Returns the representative of the item's set. */
  find(item: Item): Item
}

/** Returns a union-find structure in which every item starts as its own set. `find` takes almost constant time. */
export function disjointSets<Item>(): DisjointSets<Item> {
  const parents = new Map<Item, Item>()
  const find = (item: Item): Item => {
    let root = item
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent
    for (let each = item; each !== root; ) {
      const parent = parents.get(each) ?? root
      parents.set(each, root)
      each = parent
    }
    return root
  }
  return {
    find,
    join(one, other) {
      const [first, second] = [find(one), find(other)]
      if (first !== second) parents.set(second, first)
    },
  }
}
