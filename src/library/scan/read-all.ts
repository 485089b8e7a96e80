import type { LibraryProblem } from '../entries/entry-facts.ts'
import type { EntryFiles } from '../entries/entry-files.ts'
import { clusterKeysOfRead } from '../record/entry-keys.ts'
import type { Recorder } from '../record/open-recorder.ts'
import type { ReadEntry } from '../record/read-entry.ts'
import type { LibraryFolder } from './folders.ts'
import type { Progress } from './progress.ts'
import { type ReadingTools, readEntry } from './read-entry.ts'
import { openRecordingBatches } from './recording-batches.ts'

/** An entry that has to be read, in its folder. */
export interface EntryToRead {
  folder: LibraryFolder
  entry: EntryFiles
  isNew: boolean
}

/** How a scan went so far. */
export interface ScanCounters {
  added: number
  changed: number
  /** Entries that changed while they were read. */
  unsettled: EntryToRead[]
  /** Entries that could not be recorded. */
  problems: (LibraryProblem & { folderId: number })[]
}

/** Entries of small clusters in one transaction: it takes a moment, and other writers have their turns between. */
const maxBatchEntries = 32
const maxBatchWaitMilliseconds = 300
/** Held entries are recorded with the first one that is read after this time, so that a killed process loses little. */
const maxHoldMilliseconds = 30_000

/**
 * Reads entries, several at a time, and records what was read as it comes; entries of a large cluster are recorded
 * together. Ends early, without loss, when `signal` says so.
 */
export async function readAll(
  tools: ReadingTools & { recorder: Recorder },
  entries: readonly EntryToRead[],
  { progress, signal, counters }: { progress: Progress; signal: AbortSignal; counters: ScanCounters },
): Promise<void> {
  const batches = openRecordingBatches<{ toRead: EntryToRead; read: ReadEntry }>()
  let recorded = performance.now()
  let emptied = recorded
  let recording = Promise.resolve()

  const record = (batch: { toRead: EntryToRead; read: ReadEntry }[]) => {
    recorded = performance.now()
    if (!batches.hasWaiting) emptied = recorded
    recording = recording.then(async () => {
      const failed = await tools.recorder.record(batch.map(({ read }) => read))
      for (const { entry, reason } of failed)
        counters.problems.push({ folderId: entry.folderId, path: entry.facts.stem, reason })
      for (const { toRead } of batch) {
        if (toRead.isNew) counters.added++
        else counters.changed++
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
      counters.unsettled.push(toRead)
      return
    }
    batches.add({ toRead, read }, { keys: clusterKeysOfRead(read), size: JSON.stringify(read.facts).length })
    const now = performance.now()
    if (batches.hasWaiting && now - emptied > maxHoldMilliseconds) await record(batches.takeAll())
    else if (batches.due >= maxBatchEntries || (batches.due > 0 && now - recorded > maxBatchWaitMilliseconds))
      await record(batches.take())
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
  await record(batches.takeAll())
}

export const bytesOf = ({ models }: EntryFiles): number => models.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
