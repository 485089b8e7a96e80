import { setTimeout as delay } from 'node:timers/promises'

/** How long directories have to be quiet before they are looked at, and how long they may keep a scan waiting. */
const quietMilliseconds = 500
const maxDelayMilliseconds = 2000

/** Directories in which something happened, by the path of their folder; collected until it is quiet for a moment. */
export interface DirtyDirectories {
  add(folder: string, directory: string): void
  /** Resolves when something happened and it is quiet again, after a while of no quiet, or after `within` milliseconds. */
  waitForChange(within: number, signal: AbortSignal): Promise<void>
  /** Gives what was collected, and begins anew. */
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
