import { setTimeout as delay } from 'node:timers/promises'
import type { WatchListener } from '../library.ts'
import { watchDirectories } from '../watch.ts'
import { knownFolders, type LibraryFolder } from './folders.ts'
import { type FolderPart, partsOf, type ScanOutcome, type ScanTools, scan } from './scan.ts'
import type { Turns } from './turns.ts'

/** How long directories have to be quiet before they are looked at, and how long they may keep a scan waiting. */
const quietMilliseconds = 500
const longestMilliseconds = 2000
/** A file that is moved to another disk is gone from its old place before it is whole at the new one. */
const lostMilliseconds = 5000
/** Shares of other machines tell of no changes, so everything is looked at now and then. */
const everythingMilliseconds = 15 * 60_000

/** Follows changes in all folders, by scans of the directories in which something happened. */
export async function watchLibrary({
  tools,
  turns,
  listener,
  signal,
}: {
  tools: () => ScanTools
  turns: Turns
  listener: WatchListener
  signal: AbortSignal
}): Promise<{ close(): Promise<void> }> {
  const closed = new AbortController()
  const stop = AbortSignal.any([signal, closed.signal])
  const folders = await knownFolders(tools().database)
  const dirty = dirtyDirectories(folders)
  const watch = await watchDirectories({
    folders: folders.map(({ path }) => path),
    onChange: dirty.add,
    onError: listener.onError,
  })
  const scanParts = async (parts: readonly FolderPart[]): Promise<void> => {
    using _turn = await turns.wait()
    if (stop.aborted) return
    const outcome = await lastOf(
      scan(tools(), { parts, patient: false, lostBefore: () => Date.now() - lostMilliseconds }, stop),
    )
    for (const { folder, scopes } of partsOf(outcome.unsettled))
      for (const { directory } of scopes) dirty.add(folder.path, directory)
    if (outcome.changed + outcome.removed > 0) dirty.lookLater(parts, lostMilliseconds)
    if (outcome.added + outcome.changed + outcome.removed > 0) listener.onScanned(outcome)
  }
  const follow = async () => {
    let everythingAt = Date.now() + everythingMilliseconds
    while (!stop.aborted) {
      await dirty.something(everythingAt - Date.now(), stop)
      if (stop.aborted) return
      const isTime = Date.now() >= everythingAt
      const parts = isTime
        ? folders.map((folder) => ({ folder, scopes: [{ directory: '', deep: true }] }))
        : dirty.take()
      if (isTime) everythingAt = Date.now() + everythingMilliseconds
      await scanParts(parts).catch((error) => {
        if (!stop.aborted) listener.onError(error)
      })
    }
  }
  const following = follow()
  return {
    async close() {
      closed.abort()
      await watch.close()
      await following
    },
  }
}

/** Collects directories until nothing more happens for a moment. */
function dirtyDirectories(folders: readonly LibraryFolder[]) {
  let marked = new Map<string, Set<string>>()
  let changedAt = 0
  let since = 0
  let wake = Promise.withResolvers<void>()
  const add = (folder: string, directory: string) => {
    const known = marked.get(folder) ?? new Set()
    marked.set(folder, known.add(directory))
    changedAt = Date.now()
    if (since === 0) since = changedAt
    wake.resolve()
  }
  const pause = (milliseconds: number, signal: AbortSignal) =>
    delay(milliseconds, undefined, { signal, ref: false }).catch(() => undefined)
  return {
    add,
    /** Marks the directories again, after a while, so that files that were lost there are dropped. */
    lookLater(parts: readonly FolderPart[], milliseconds: number) {
      setTimeout(() => {
        for (const { folder, scopes } of parts) for (const { directory } of scopes) add(folder.path, directory)
      }, milliseconds + quietMilliseconds).unref()
    },
    /** Resolves when something happened and it is quiet again, after a while of no quiet, or `within` milliseconds. */
    async something(within: number, signal: AbortSignal) {
      const ended = new AbortController()
      await Promise.race([wake.promise, pause(Math.max(within, 0), AbortSignal.any([signal, ended.signal]))])
      ended.abort()
      if (since === 0 || signal.aborted) return
      while (!signal.aborted && Date.now() - changedAt < quietMilliseconds && Date.now() - since < longestMilliseconds)
        await pause(quietMilliseconds / 5, signal)
    },
    take(): FolderPart[] {
      const taken = marked
      marked = new Map()
      since = 0
      wake = Promise.withResolvers()
      return folders.flatMap((folder) => {
        const directories = [...(taken.get(folder.path) ?? [])]
        if (directories.length === 0) return []
        return [{ folder, scopes: directories.map((directory) => ({ directory, deep: false })) }]
      })
    },
  }
}

async function lastOf(scanning: ReturnType<typeof scan>): Promise<ScanOutcome> {
  for (;;) {
    const step = await scanning.next()
    if (step.done) return step.value
  }
}
