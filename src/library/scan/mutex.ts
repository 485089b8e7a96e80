/** Lets one scan of this process work at a time; the others wait in the order they came. */
export interface Mutex {
  /** Resolves when it is this caller's turn, which lasts until it is disposed of. */
  acquire(): Promise<Disposable>
  runExclusive<Result>(work: () => Promise<Result>): Promise<Result>
}

export function openMutex(): Mutex {
  let last: Promise<void> = Promise.resolve()
  const acquire = async (): Promise<Disposable> => {
    const before = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = promise
    await before
    return { [Symbol.dispose]: resolve }
  }
  return {
    acquire,
    async runExclusive(work) {
      using _turn = await acquire()
      return await work()
    },
  }
}
