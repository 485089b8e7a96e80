/** Decides when a worker that ended by itself is replaced. */
export interface RestartBackoff {
  /**
   * How long to wait, in milliseconds, before the worker of this number is started again; `lived` is how long it ran.
   * Undefined when it ended too often in a row.
   */
  delayAfterExit(worker: number, lived: number): number | undefined
}

/** So many times in a row a worker may end within so long of its start. */
export const maxCrashes = 5
export const minUptimeMs = 60_000
const firstDelayMs = 200

export function openRestartBackoff(): RestartBackoff {
  const inRow = new Map<number, number>()
  return {
    delayAfterExit(worker, lived) {
      const count = lived < minUptimeMs ? (inRow.get(worker) ?? 0) + 1 : 1
      inRow.set(worker, count)
      return count >= maxCrashes ? undefined : firstDelayMs * 2 ** (count - 1)
    },
  }
}
