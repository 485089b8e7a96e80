import type { Hub } from '../hub.ts'
import type { LibraryProblem } from '../library/entry-facts.ts'
import type { ScanSummary } from '../library/library.ts'
import { followScan, type Progress } from './progress.ts'

export interface FollowedFolders {
  /** What the scan at the start found; undefined when it failed, which is in the log. */
  firstScan: Promise<ScanSummary | undefined>
  close(): Promise<void>
}

/**
 * Keeps a serving hub up to date with its folders: one scan of everything, and a watch. A failure of either is logged,
 * and the hub goes on with what it knows.
 */
export function followFolders(
  { library, log }: Pick<Hub, 'library' | 'log'>,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): FollowedFolders {
  const freshAmong = problemMemory()
  const watching = startWatch()
  const firstScan = readEverything()
  return {
    firstScan,
    async close() {
      await (await watching)?.close()
    },
  }

  async function startWatch() {
    try {
      return await library.watch({
        onScanned({ added, changed, removed, problems }) {
          const fresh = freshAmong(problems)
          if (fresh.length > 0) log.warn({ added, changed, removed, problems: fresh }, 'folders read, with problems')
          else log.info({ added, changed, removed }, 'folders read')
        },
        onError: (error) => log.error(error, 'folders could not be followed'),
      })
    } catch (error) {
      log.error(error, 'folders cannot be watched')
      return undefined
    }
  }

  async function readEverything() {
    // Watched first, so that nothing changes unseen between the two.
    await watching
    try {
      const summary = await followScan(library.scan({ signal }), progress)
      freshAmong(summary.problems)
      return summary
    } catch (error) {
      if (!signal.aborted) log.error(error, 'folders could not be read to their end')
      return undefined
    }
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
