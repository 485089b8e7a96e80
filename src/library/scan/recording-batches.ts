import { disjointSets } from '../cluster/union-find.ts'

/** Groups entries that were read into the batches in which they are recorded. */
export interface RecordingBatches<Item> {
  /** Adds an entry. Entries with a key in common, directly or through others, are a cluster; `size` is in characters. */
  add(item: Item, { keys, size }: { keys: readonly number[]; size: number }): void
  /** The number of entries that `take` returns. */
  readonly due: number
  /** Whether entries of large clusters wait for more of their cluster. */
  readonly hasWaiting: boolean
  /** Removes and returns the entries that are due. */
  take(): Item[]
  /** Removes and returns all entries. */
  takeAll(): Item[]
}

/** Recording an entry takes time proportional to its cluster. Up to this size, no entry waits for others. */
const smallClusterSize = 128
/** Limits of the waiting entries. They bound memory and the length of a transaction. */
const maxWaiting = { items: 4096, characters: 32 * 2 ** 20 }

/**
 * Opens batches.
 *
 * Invariant: recording `n` connected entries takes time proportional to `n`, not to its square. Recording reads the whole
 * cluster, so a large cluster waits until at least as many new entries are there as were recorded before: each batch
 * doubles it. Entries of small clusters are due at once.
 */
export function openRecordingBatches<Item>(limits = maxWaiting): RecordingBatches<Item> {
  const sets = disjointSets<number>()
  // Both by the representative key of a cluster: the number of its entries that have been due, and those that wait.
  const recorded = new Map<number, number>()
  const waiting = new Map<number, Item[]>()
  let due: Item[] = []
  const held = { items: 0, characters: 0 }

  const join = (one: number, other: number): void => {
    const [first, second] = [sets.find(one), sets.find(other)]
    if (first === second) return
    const [count, items] = [recorded.get(second) ?? 0, waiting.get(second) ?? []]
    recorded.delete(second)
    waiting.delete(second)
    sets.join(first, second)
    recorded.set(first, (recorded.get(first) ?? 0) + count)
    if (items.length > 0) waiting.set(first, [...items, ...(waiting.get(first) ?? [])])
  }
  const makeDue = (cluster: number, items: readonly Item[]): void => {
    due.push(...items)
    waiting.delete(cluster)
    recorded.set(cluster, (recorded.get(cluster) ?? 0) + items.length)
  }
  const makeAllDue = (): void => {
    for (const [cluster, items] of waiting) makeDue(cluster, items)
    Object.assign(held, { items: 0, characters: 0 })
  }
  const take = (): Item[] => {
    const taken = due
    due = []
    return taken
  }
  return {
    add(item, { keys: [first, ...others], size }) {
      if (first === undefined) {
        due.push(item)
        return
      }
      for (const other of others) join(first, other)
      const cluster = sets.find(first)
      const items = waiting.get(cluster) ?? []
      const before = recorded.get(cluster) ?? 0
      items.push(item)
      waiting.set(cluster, items)
      held.items++
      held.characters += size
      if (before < smallClusterSize || items.length >= before) {
        held.items -= items.length
        makeDue(cluster, items)
      }
      if (held.items === 0) held.characters = 0
      if (held.items >= limits.items || held.characters >= limits.characters) makeAllDue()
    },
    get due() {
      return due.length
    },
    get hasWaiting() {
      return held.items > 0
    },
    take,
    takeAll() {
      makeAllDue()
      return take()
    },
  }
}
