import type { Logger } from 'pino'
import type { LibraryProblem } from '../entries/entry-facts.ts'
import type { Library, LibraryWatch, ScanEvent, ScanSummary } from '../library.ts'
import { openScanState, type ScanState } from '../scan/scan-state.ts'
import { type NewsListener, openNewsroom } from './library-events.ts'

/** Keeps a serving hub up to date with its folders, and tells what happens. */
export interface LibrarySync {
  /**
   * Watches the folders, and reads everything once; gives what that scan found, undefined when it failed. A failure of
   * either is logged, and the hub goes on with what it knows.
   */
  start(): Promise<ScanSummary | undefined>
  /** Begins to read everything, unless that is under way. */
  scanEverything(): void
  /** The scan that runs; null when none does. */
  scan(): ScanState | null
  /** Whether changes are noticed in every directory of a folder. */
  watches(folder: string): boolean
  /** What happens from now on; how far a scan is that runs already comes first. */
  news(): NewsListener
  /** Ends the scan, the watch and what listeners iterate. */
  close(): Promise<void>
}

/** Makes what follows a library; nothing is read before it is started. */
export function openLibrarySync({
  library,
  log,
  onScanned,
}: {
  library: Pick<Library, 'scan' | 'watch'>
  log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Told what each scan of this process has found. */
  onScanned?: ((summary: ScanSummary) => void) | undefined
}): LibrarySync {
  const newsroom = openNewsroom()
  const closing = new AbortController()
  const freshAmong = problemMemory()
  let watching: Promise<LibraryWatch | undefined> | undefined
  let watch: LibraryWatch | undefined
  let reading: Promise<ScanSummary | undefined> | undefined
  // Scans of one library take turns, so that one state is that of all.
  let stateAfter: ReturnType<typeof openScanState> | undefined
  let state: ScanState | null = null

  const put = (event: ScanEvent) => {
    if (event.kind === 'done') {
      endScan()
      onScanned?.(event.summary)
      return newsroom.tell({ kind: 'scanned', summary: event.summary })
    }
    stateAfter ??= openScanState()
    state = stateAfter(event)
    newsroom.tell({ kind: 'scan', state })
  }
  const endScan = () => {
    stateAfter = undefined
    state = null
  }
  const complain = (error: unknown, message: string) => {
    newsroom.tell({ kind: 'changed' })
    if (!closing.signal.aborted) log.error(error, message)
  }
  const fail = (error: unknown, message: string) => {
    endScan()
    complain(error, message)
  }
  const report = ({ added, changed, removed, problems }: ScanSummary) => {
    if (added + changed + removed === 0) return
    const fresh = freshAmong(problems)
    if (fresh.length > 0) log.warn({ added, changed, removed, problems: fresh }, 'folders read, with problems')
    else log.info({ added, changed, removed }, 'folders read')
  }

  const startWatch = async () => {
    try {
      watch = await library.watch({
        onScan(event) {
          put(event)
          if (event.kind === 'done') report(event.summary)
        },
        onFolders: () => newsroom.tell({ kind: 'changed' }),
        onScanFailed: (error) => fail(error, 'folders could not be followed'),
        onError: (error) => complain(error, 'folders could not be followed'),
      })
      newsroom.tell({ kind: 'changed' })
      return watch
    } catch (error) {
      complain(error, 'folders cannot be watched')
      return undefined
    }
  }
  const readEverything = async () => {
    // Watched first, so that nothing changes unseen between the two.
    await watching
    let summary: ScanSummary | undefined
    try {
      for await (const event of library.scan({ signal: closing.signal }))
        if (event.kind === 'done') summary = event.summary
        else put(event)
      reading = undefined
    } catch (error) {
      reading = undefined
      fail(error, 'folders could not be read to their end')
    }
    // Told when the next scan may begin, not while this one still ends.
    if (summary) put({ kind: 'done', summary })
    return summary
  }
  const readOnce = () => {
    reading ??= readEverything()
    return reading
  }
  let closed: Promise<void> | undefined
  const end = async () => {
    closing.abort()
    newsroom.close()
    await reading
    await (await watching)?.close()
  }

  return {
    async start() {
      watching ??= startWatch()
      const summary = await readOnce()
      if (summary) freshAmong(summary.problems)
      return summary
    },
    scanEverything() {
      if (!reading && !closing.signal.aborted) readOnce().then((summary) => summary && report(summary))
    },
    scan: () => state,
    watches: (folder) => watch?.watches(folder) ?? false,
    news: () => newsroom.listen(state ? { kind: 'scan', state } : undefined),
    close() {
      closed ??= end()
      return closed
    },
  }
}

/** Tells which problems, in words, were not among those of earlier calls. */
function problemMemory(): (problems: readonly LibraryProblem[]) => string[] {
  const told = new Set<string>()
  return (problems) => {
    const fresh = problems.map(({ path, reason }) => `${path}: ${reason}`).filter((text) => !told.has(text))
    for (const text of fresh) told.add(text)
    return fresh
  }
}
