import type { LibraryProblem } from '../entries/entry-facts.ts'
import type { EntryFiles } from '../entries/entry-files.ts'
import { clusterKeysOfRead } from '../record/entry-keys.ts'
import type { Recorder } from '../record/open-recorder.ts'
import type { ReadEntry } from '../record/read-entry.ts'
import type { LibraryFolder } from './folders.ts'
import type { Progress } from './progress.ts'
import { type ReadingTools, readEntry } from './read-entry.ts'
import { openRecordingBatches } from './recording-batches.ts'

/** An entry to read, with its folder. */
export interface EntryToRead {
  folder: LibraryFolder
  entry: EntryFiles
  isNew: boolean
}

/** Running totals of a scan. */
export interface ScanCounters {
  added: number
  changed: number
  /** Entries that changed while they were read. */
  unsettled: EntryToRead[]
  /** Entries that could not be recorded. */
  problems: (LibraryProblem & { folderId: number })[]
}

/** Maximum entries of small clusters in one transaction. Keeps it short, so that other writers do not wait long. */
const maxBatchEntries = 32
/** Entries that are due are recorded at least this often. */
const maxBatchWaitMilliseconds = 300
/** Waiting entries are recorded with the first one read after this time, so that a killed process loses little work. */
const maxHoldMilliseconds = 30_000

/**
 * Reads entries concurrently and records them in batches; entries of a large cluster are recorded together. When `signal`
 * aborts, it records the entries that were read and returns.
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
  // One more than the hashing threads, so that headers are read while all threads hash.
  await Promise.allSettled(Array.from({ length: tools.hasher.threads + 1 }, workAndStop))
  // Only the first error is the cause: the other workers stopped because of it.
  if (failed.signal.aborted && !signal.aborted) throw failed.signal.reason
  await record(batches.takeAll())
}

export const bytesOf = ({ models }: EntryFiles): number => models.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
