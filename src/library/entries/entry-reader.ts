import { ThreadEnded, threadOnDemand } from '../thread-on-demand.ts'
import { describe } from '../watch/walk.ts'
import type { EntryQuestion, EntryReading, EntryReply } from './entry-contents.ts'
import type { EntryFiles } from './entry-files.ts'

/**
 * Reads headers, sidecars and previews on a thread of its own: a header may be 100 MB of JSON, and decoding pictures takes
 * long.
 */
export interface EntryReader {
  /** One entry after the other. It never fails: what cannot be used is among the problems. */
  read(question: EntryQuestion): Promise<EntryReading>
  close(): Promise<void>
}

/**
 * A header that needs more memory than `memoryMegabytes` ends the thread, and nothing else. So does an image that takes longer
 * than `maxImageMilliseconds`: it is reported, and the rest of its entry is read again without it.
 */
export function openEntryReader({
  memoryMegabytes = 768,
  maxImageMilliseconds = 60_000,
}: {
  memoryMegabytes?: number
  maxImageMilliseconds?: number
} = {}): EntryReader {
  const thread = threadOnDemand<EntryQuestion, EntryReply>({
    module: './entry-thread',
    importer: import.meta.url,
    memoryMegabytes,
  })
  let last: Promise<unknown> = Promise.resolve()

  async function readInTime(question: EntryQuestion): Promise<EntryReading> {
    const slow: string[] = []
    while (true) {
      const skipsAll = slow.length >= maxSlowImages
      const read = await readOnce({ ...question, skipped: skipsAll ? pathsOf(question.entry) : slow })
      if (!('slow' in read)) return withSlowImages(read.reading, { slow, skipsAll, maxImageMilliseconds })
      slow.push(read.slow)
    }
  }

  async function readOnce(question: EntryQuestion): Promise<{ reading: EntryReading } | { slow: string }> {
    let timer: NodeJS.Timeout | undefined
    let slow: string | undefined
    try {
      return await thread.ask(question, (reply) => {
        clearTimeout(timer)
        if ('reading' in reply) return reply
        const { image } = reply
        if (image !== undefined)
          timer = setTimeout(() => {
            slow = image
            thread.end()
          }, maxImageMilliseconds)
        return undefined
      })
    } catch (error) {
      if (slow === undefined || !(error instanceof ThreadEnded)) throw error
      return { slow }
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    read(question) {
      const answer = last
        .then(() => readInTime(question))
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

/** After so many images of one entry that took too long, its others are not tried. */
const maxSlowImages = 3

/** Every file of an entry that an image can be read from. */
const pathsOf = ({ models, sidecars, previews }: EntryFiles): string[] =>
  [...models, ...sidecars.map(({ file }) => file), ...previews].map(({ path }) => path)

function withSlowImages(
  reading: EntryReading,
  {
    slow,
    skipsAll,
    maxImageMilliseconds,
  }: { slow: readonly string[]; skipsAll: boolean; maxImageMilliseconds: number },
): EntryReading {
  const reason = `its image takes longer than ${maxImageMilliseconds / 1000} s to read, and is left out`
  const others = 'the other images of its entry are left out, too'
  return {
    ...reading,
    problems: [
      ...reading.problems,
      ...slow.map((path, index) => ({
        path,
        reason: skipsAll && index === slow.length - 1 ? `${reason}; ${others}` : reason,
      })),
    ],
  }
}

/** Of an entry that ended its thread nothing is known but that. */
const unreadable = ({ entry }: EntryQuestion, error: ThreadEnded): EntryReading => ({
  models: [],
  claims: [],
  previews: [],
  found: [],
  incomplete: false,
  problems: [...entry.models, ...entry.sidecars.map(({ file }) => file)].map(({ path }) => ({
    path,
    reason: error.isOutOfMemory() ? 'it takes more memory to read than one file may' : describe(error.cause),
  })),
})
