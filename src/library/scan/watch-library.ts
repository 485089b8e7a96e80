import type { LibraryWatch, WatchListener } from '../library.ts'
import { watchDirectories } from '../watch/watch.ts'
import { openDirtyDirectories } from './dirty-directories.ts'
import { listFolders } from './folders.ts'
import type { Mutex } from './mutex.ts'
import { type FolderPart, partsOfEntries, type ScanOutcome, type ScanTools, scan, wholeFolders } from './scan.ts'

/** A file that is moved to another disk is gone from its old place before it is whole at the new one. */
const missingGraceMilliseconds = 5000
/** Shares of other machines tell of no changes, so everything is looked at now and then. */
const fullScanMilliseconds = 15 * 60_000
/** How soon what a failed scan has not recorded is scanned again, such as while the disk of the hub is full. */
const retryMilliseconds = 10_000
/** How soon a folder is watched that another process has added. */
const folderCheckMilliseconds = 30_000

/** Follows changes in all folders, by scans of the directories in which something happened. */
export async function watchLibrary({
  tools,
  mutex,
  listener,
  signal,
}: {
  tools: () => ScanTools
  mutex: Mutex
  listener: WatchListener
  signal: AbortSignal
}): Promise<LibraryWatch> {
  const { database, exclusions } = tools()
  const closed = new AbortController()
  const stop = AbortSignal.any([signal, closed.signal])
  const dirty = openDirtyDirectories()
  const { add: onChange } = dirty
  const watchFolders = async () => {
    const folders = (await listFolders(database)).map(({ path }) => path)
    return { folders, watch: await watchDirectories({ folders, exclusions, onChange, onError: listener.onError }) }
  }
  const mark = (parts: readonly FolderPart[]) => {
    for (const { folder, scopes } of parts) for (const { directory } of scopes) dirty.add(folder.path, directory)
  }

  /** Scans these parts; false when that failed, and nothing or only some of it is recorded. */
  const scanParts = async (parts: readonly FolderPart[]): Promise<boolean> => {
    using _turn = await mutex.acquire()
    if (stop.aborted) return true
    const request = { parts, waitForWrites: false, missingBefore: () => Date.now() - missingGraceMilliseconds }
    const outcome = await forwardEvents(scan(tools(), request, stop), listener)
    if (!outcome) return false
    mark(partsOfEntries(outcome.unsettled))
    // What was lost here, and turns up nowhere, is dropped by the scan that comes then.
    if (outcome.changed + outcome.removed > 0) setTimeout(mark, missingGraceMilliseconds + 500, parts).unref()
    return true
  }

  let watched = await watchFolders()
  const follow = async () => {
    let everythingAt = Date.now() + fullScanMilliseconds
    while (!stop.aborted) {
      await dirty.waitForChange(Math.min(everythingAt - Date.now(), folderCheckMilliseconds), stop)
      if (stop.aborted) return
      const folders = await listFolders(database)
      if (
        !sameTexts(
          folders.map(({ path }) => path),
          watched.folders,
        )
      ) {
        await watched.watch.close()
        watched = await watchFolders()
        listener.onFolders()
      }
      const isTime = Date.now() >= everythingAt
      if (isTime) everythingAt = Date.now() + fullScanMilliseconds
      const marked = dirty.drain()
      const parts = folders.flatMap((folder) => {
        const scopes = [...(marked.get(folder.path) ?? [])].map((directory) => ({ directory, deep: false }))
        return scopes.length > 0 ? [{ folder, scopes }] : []
      })
      if (!isTime && parts.length === 0) continue
      if (await scanParts(isTime ? wholeFolders(folders) : parts)) continue
      // Nothing else reports the same changes again.
      if (isTime) everythingAt = Date.now() + retryMilliseconds
      else setTimeout(mark, retryMilliseconds, parts).unref()
    }
  }
  const following = (async () => {
    while (!stop.aborted)
      await follow().catch((error) => {
        if (!stop.aborted) listener.onError(error)
      })
  })()
  return {
    watches: (folder) => watched.watch.watches(folder),
    async close() {
      closed.abort()
      await following
      await watched.watch.close()
    },
  }
}

const sameTexts = (some: readonly string[], others: readonly string[]) => some.join('\0') === others.join('\0')

/** Tells the listener what a scan reports; gives its outcome, undefined when it failed. */
async function forwardEvents(
  scanning: ReturnType<typeof scan>,
  { onScan, onScanFailed }: WatchListener,
): Promise<ScanOutcome | undefined> {
  try {
    for (;;) {
      const step = await scanning.next()
      if (step.done) return step.value
      onScan(step.value)
    }
  } catch (error) {
    onScanFailed(error)
    return undefined
  }
}
