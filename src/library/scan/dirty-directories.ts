import { setTimeout as delay } from 'node:timers/promises'

/** A scan starts when no change has been reported for this long. */
const quietMilliseconds = 500
/** Maximum time that continuous changes delay a scan. */
const maxDelayMilliseconds = 2000

/** Collects the directories with changes, by library folder, until no further change is reported. */
export interface DirtyDirectories {
  add(folder: string, directory: string): void
  /**
   * Resolves when directories have changed and are quiet again (or `maxDelayMilliseconds` have passed), at the latest after
   * `within` milliseconds without a change.
   */
  waitForChange(within: number, signal: AbortSignal): Promise<void>
  /** Removes and returns the collected directories. */
  drain(): Map<string, Set<string>>
}

export function openDirtyDirectories(): DirtyDirectories {
  let marked = new Map<string, Set<string>>()
  let changedAt = 0
  let since: number | undefined
  let happened = Promise.withResolvers<void>()
  const pause = (milliseconds: number, signal: AbortSignal) =>
    delay(milliseconds, undefined, { signal, ref: false }).catch(() => undefined)
  return {
    add(folder, directory) {
      marked.set(folder, (marked.get(folder) ?? new Set()).add(directory))
      changedAt = Date.now()
      since ??= changedAt
      happened.resolve()
    },
    async waitForChange(within, signal) {
      const ended = new AbortController()
      await Promise.race([happened.promise, pause(Math.max(within, 0), AbortSignal.any([signal, ended.signal]))])
      ended.abort()
      const isRestless = () =>
        since !== undefined && Date.now() - changedAt < quietMilliseconds && Date.now() - since < maxDelayMilliseconds
      while (!signal.aborted && isRestless()) await pause(quietMilliseconds / 5, signal)
    },
    drain() {
      const taken = marked
      marked = new Map()
      since = undefined
      happened = Promise.withResolvers()
      return taken
    },
  }
}
