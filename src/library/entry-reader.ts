import type { EntryQuestion } from './entry-thread.ts'
import type { EntryReading } from './read-entry-files.ts'
import { ThreadEnded, threadOnDemand } from './thread-on-demand.ts'
import { describe } from './walk.ts'

/**
 * Reads headers, sidecars and previews on a thread of its own: a header may be 100 MB of JSON, and decoding pictures takes
 * long.
 */
export interface EntryReader {
  /** One entry after the other. It never fails: what cannot be used is among the problems. */
  read(question: EntryQuestion): Promise<EntryReading>
  close(): Promise<void>
}

/** A header that needs more memory than `memoryMegabytes` ends the thread, and nothing else. */
export function openEntryReader({ memoryMegabytes = 768 }: { memoryMegabytes?: number } = {}): EntryReader {
  const thread = threadOnDemand<EntryQuestion, EntryReading>({
    module: './entry-thread',
    importer: import.meta.url,
    memoryMegabytes,
  })
  let last: Promise<unknown> = Promise.resolve()
  return {
    read(question) {
      const answer = last
        .then(() => thread.ask(question, (reading) => reading))
        .catch((error) => {
          if (error instanceof ThreadEnded && error.cause !== undefined) return unreadable(question, error)
          throw error
        })
      last = answer.catch(() => undefined)
      return answer
    },
    close: thread.end,
  }
}

/** Of an entry that ended its thread nothing is known but that. */
const unreadable = ({ entry }: EntryQuestion, error: ThreadEnded): EntryReading => ({
  ...{ models: [], claims: [], previews: [], found: [], incomplete: false },
  problems: [...entry.models, ...entry.sidecars.map(({ file }) => file)].map(({ path }) => ({
    path,
    reason: error.isOutOfMemory() ? 'it takes more memory to read than one file may' : describe(error.cause),
  })),
})
