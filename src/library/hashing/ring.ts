/**
 * Chunks of one file that a reading thread hands to a following one, in memory that both see. It is bounded: the
 * reader waits while all slots are full, whatever the size of the file.
 */
export interface RingMemory {
  chunks: SharedArrayBuffer
  state: SharedArrayBuffer
}

/** Small enough to stay in a core's own cache from the read to the last hash. */
export const chunkBytes = 256 * 1024
const slots = 8

// Cells of `state`.
const written = 0
const taken = 1
const ended = 2
const lengths = 3

export const createRing = (): RingMemory => ({
  chunks: new SharedArrayBuffer(slots * chunkBytes),
  state: new SharedArrayBuffer((lengths + slots) * 4),
})

/** The reader's side. */
export function ringWriter({ chunks, state }: RingMemory) {
  const cells = new Int32Array(state)
  return {
    /** The memory to read the next chunk into; waits until the follower has left it. */
    nextChunk(): Uint8Array {
      const count = Atomics.load(cells, written)
      for (let done = Atomics.load(cells, taken); count - done >= slots; done = Atomics.load(cells, taken)) {
        if (Atomics.load(cells, ended) !== 0) break
        Atomics.wait(cells, taken, done, 1000)
      }
      return new Uint8Array(chunks, (count % slots) * chunkBytes, chunkBytes)
    },
    publish(length: number): void {
      const count = Atomics.load(cells, written)
      cells[lengths + (count % slots)] = length
      Atomics.store(cells, written, count + 1)
      Atomics.notify(cells, written)
    },
    /** Ends the file; `whole` false tells the follower that the rest will not come. */
    end(whole: boolean): void {
      Atomics.store(cells, ended, whole ? 1 : 2)
      Atomics.notify(cells, written)
    },
  }
}

/** The follower's side: the chunks in order, until the reader ends. False as last value when it gave up. */
export function* ringChunks({ chunks, state }: RingMemory): Generator<Uint8Array, boolean> {
  const cells = new Int32Array(state)
  for (let count = 0; ; count++) {
    while (Atomics.load(cells, written) <= count) {
      const end = Atomics.load(cells, ended)
      if (end !== 0 && Atomics.load(cells, written) <= count) return end === 1
      Atomics.wait(cells, written, count, 1000)
    }
    yield new Uint8Array(chunks, (count % slots) * chunkBytes, cells[lengths + (count % slots)])
    Atomics.store(cells, taken, count + 1)
    Atomics.notify(cells, taken)
  }
}

/** Frees whoever waits for the other side, after a thread died. */
export function abandonRing({ state }: RingMemory): void {
  const cells = new Int32Array(state)
  Atomics.store(cells, ended, 2)
  Atomics.notify(cells, written)
  Atomics.notify(cells, taken)
}
