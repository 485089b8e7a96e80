/** Lets one scan of this process work at a time; the others wait in the order they came. */
export interface Mutex {
  /** Resolves when it is this caller's turn, which lasts until it is disposed of. */
  wait(): Promise<Disposable>
  take<Result>(work: () => Promise<Result>): Promise<Result>
}

export function inTurns(): Mutex {
  let last: Promise<void> = Promise.resolve()
  const wait = async (): Promise<Disposable> => {
    const before = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = promise
    await before
    return { [Symbol.dispose]: resolve }
  }
  return {
    wait,
    async take(work) {
      using _turn = await wait()
      return await work()
    },
  }
}
