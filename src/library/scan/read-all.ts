import type { LibraryProblem } from '../entry-facts.ts'
import type { EntryFiles } from '../entry-files.ts'
import type { Recorder } from '../record/open-recorder.ts'
import type { ReadEntry } from '../record/record-entries.ts'
import type { LibraryFolder } from './folders.ts'
import type { Progress } from './progress.ts'
import { type ReadingTools, readEntry } from './read-entry.ts'

/** An entry that has to be read, in its folder. */
export interface EntryToRead {
  folder: LibraryFolder
  entry: EntryFiles
  isNew: boolean
}

/** How a scan went so far. */
export interface Tally {
  added: number
  changed: number
  /** Entries that changed while they were read. */
  unsettled: EntryToRead[]
  /** Entries that could not be recorded. */
  problems: (LibraryProblem & { folderId: number })[]
}

/** Entries go into one transaction, which then takes a moment, and others have their turn. */
const entriesAtOnce = 32
const longestWaitMilliseconds = 300

/** Reads entries, several at a time, and records what was read as it comes. Ends early, without loss, when `signal` says so. */
export async function readAll(
  tools: ReadingTools & { recorder: Recorder },
  entries: readonly EntryToRead[],
  { progress, signal, tally }: { progress: Progress; signal: AbortSignal; tally: Tally },
): Promise<void> {
  const pending: { toRead: EntryToRead; read: ReadEntry }[] = []
  let recorded = performance.now()
  let recording = Promise.resolve()

  const flush = () => {
    const batch = pending.splice(0)
    recorded = performance.now()
    recording = recording.then(async () => {
      const failed = await tools.recorder.record(batch.map(({ read }) => read))
      for (const { entry, reason } of failed)
        tally.problems.push({ folderId: entry.folderId, path: entry.facts.stem, reason })
      for (const { toRead } of batch) {
        if (toRead.isNew) tally.added++
        else tally.changed++
      }
    })
    return recording
  }
  const failed = new AbortController()
  const stopped = AbortSignal.any([signal, failed.signal])
  const readOne = async (toRead: EntryToRead) => {
    const read = await readEntry(tools, toRead, { progress, signal: stopped })
    progress.doneFiles += toRead.entry.models.length
    progress.doneBytes += bytesOf(toRead.entry)
    if (!read) {
      tally.unsettled.push(toRead)
      return
    }
    pending.push({ toRead, read })
    if (pending.length >= entriesAtOnce || performance.now() - recorded > longestWaitMilliseconds) await flush()
  }
  const rest = entries[Symbol.iterator]()
  const work = async () => {
    for (const toRead of rest) {
      if (stopped.aborted) return
      await readOne(toRead)
    }
  }
  const workAndStop = () =>
    work().catch((error) => {
      failed.abort(error)
      throw error
    })
  // One more than there are threads for hashing, so that a header is read while they work.
  await Promise.allSettled(Array.from({ length: tools.hasher.threads + 1 }, workAndStop))
  // The first cause: the others only learned that they were to stop.
  if (failed.signal.aborted && !signal.aborted) throw failed.signal.reason
  await flush()
}

export const bytesOf = ({ models }: EntryFiles): number => models.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
