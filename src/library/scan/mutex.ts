/** Allows one holder at a time. Others wait in the order of their calls. */
export interface Mutex {
  /** Resolves when the caller holds the lock. Disposing of the result releases it. */
  acquire(): Promise<Disposable>
  /** Runs `work` while holding the lock. */
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
