import type { LibraryWatch, WatchListener } from '../library.ts'
import { watchDirectories } from '../watch/watch.ts'
import { openDirtyDirectories } from './dirty-directories.ts'
import { listFolders } from './folders.ts'
import type { Mutex } from './mutex.ts'
import { type FolderPart, partsOfEntries, type ScanOutcome, type ScanTools, scan, wholeFolders } from './scan.ts'

/** Grace period for missing files: a file moved to another disk leaves its old place before it is complete at the new one. */
const missingGraceMilliseconds = 5000
/** Interval of full scans, because network shares do not report changes. */
const fullScanMilliseconds = 15 * 60_000
/** Delay before the parts of a failed scan are scanned again, such as after a full disk. */
const retryMilliseconds = 10_000
/** Interval of checks for folders that another process added or removed. */
const folderCheckMilliseconds = 30_000

/** Watches all folders and scans the directories with changes. */
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

  /** Scans these parts. Returns false if that failed and not everything is recorded. */
  const scanParts = async (parts: readonly FolderPart[]): Promise<boolean> => {
    using _turn = await mutex.acquire()
    if (stop.aborted) return true
    const request = { parts, waitForWrites: false, missingBefore: () => Date.now() - missingGraceMilliseconds }
    const outcome = await forwardEvents(scan(tools(), request, stop), listener)
    if (!outcome) return false
    mark(partsOfEntries(outcome.unsettled))
    // Scan again after the grace period, to delete files that are still missing.
    if (outcome.changed + outcome.removed > 0) setTimeout(mark, missingGraceMilliseconds + 500, parts).unref()
    return true
  }

  let watched = await watchFolders()
  const follow = async () => {
    let fullScanAt = Date.now() + fullScanMilliseconds
    while (!stop.aborted) {
      await dirty.waitForChange(Math.min(fullScanAt - Date.now(), folderCheckMilliseconds), stop)
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
      const isFullScan = Date.now() >= fullScanAt
      if (isFullScan) fullScanAt = Date.now() + fullScanMilliseconds
      const marked = dirty.drain()
      const parts = folders.flatMap((folder) => {
        const scopes = [...(marked.get(folder.path) ?? [])].map((directory) => ({ directory, deep: false }))
        return scopes.length > 0 ? [{ folder, scopes }] : []
      })
      if (!isFullScan && parts.length === 0) continue
      if (await scanParts(isFullScan ? wholeFolders(folders) : parts)) continue
      // The system does not report the same changes again, so retry.
      if (isFullScan) fullScanAt = Date.now() + retryMilliseconds
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

/** Passes the events of a scan to the listener. Returns the outcome, or undefined if the scan failed. */
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
