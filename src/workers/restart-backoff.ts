/** Decides when a worker that ended by itself is replaced. */
export interface RestartBackoff {
  /**
   * How long to wait, in milliseconds, before the worker of this number is started again; `lived` is how long it ran.
   * Undefined when it ended too often in a row.
   */
  pauseAfter(worker: number, lived: number): number | undefined
}

/** So many times in a row a worker may end within so long of its start. */
export const maxCrashes = 5
export const shortLifeMilliseconds = 60_000
const firstPauseMilliseconds = 200

export function countCrashes(): RestartBackoff {
  const inRow = new Map<number, number>()
  return {
    pauseAfter(worker, lived) {
      const count = lived < shortLifeMilliseconds ? (inRow.get(worker) ?? 0) + 1 : 1
      inRow.set(worker, count)
      return count >= maxCrashes ? undefined : firstPauseMilliseconds * 2 ** (count - 1)
    },
  }
}
