/**
 * A ring buffer in shared memory, through which a reading thread passes the chunks of one file to a following thread.
 * Its size is bounded: the reader waits while all slots are full.
 */
export interface RingMemory {
  chunks: SharedArrayBuffer
  state: SharedArrayBuffer
}

/** Chunk size, in bytes. A chunk stays in the cache of a core from the read to the last hash. */
export const chunkBytes = 256 * 1024
const slots = 8

// Indexes of the 32-bit cells of `state`. `ended`: 0 while reading, 1 at the end of the file, 2 after a failure.
const written = 0
const taken = 1
const ended = 2
const lengths = 3

export const createRing = (): RingMemory => ({
  chunks: new SharedArrayBuffer(slots * chunkBytes),
  state: new SharedArrayBuffer((lengths + slots) * 4),
})

/** Returns the reading thread's side of a ring. */
export function ringWriter({ chunks, state }: RingMemory) {
  const cells = new Int32Array(state)
  return {
    /** Returns the memory for the next chunk. Blocks until the follower has released it. */
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
    /** Ends the file. `whole` is false if the reader failed and the rest will not follow. */
    end(whole: boolean): void {
      Atomics.store(cells, ended, whole ? 1 : 2)
      Atomics.notify(cells, written)
    },
  }
}

/** Yields the chunks in order on the following thread. Returns true at the end of the file, false if the reader failed. */
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

/** Wakes the thread that waits for the other side, after one of them failed. */
export function abandonRing({ state }: RingMemory): void {
  const cells = new Int32Array(state)
  Atomics.store(cells, ended, 2)
  Atomics.notify(cells, written)
  Atomics.notify(cells, taken)
}
