import { Worker } from 'node:worker_threads'
import type { EntryQuestion } from './entry-thread.ts'
import type { EntryReading } from './read-entry-files.ts'

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
  let worker: Worker | undefined
  let last: Promise<unknown> = Promise.resolve()

  const ask = (question: EntryQuestion): Promise<EntryReading> => {
    worker ??= startThread(memoryMegabytes)
    const asked = worker
    const { promise, resolve } = Promise.withResolvers<EntryReading>()
    const died = () => {
      worker = undefined
      resolve(tooLarge(question))
    }
    asked.ref()
    asked.once('message', resolve)
    asked.once('exit', died)
    asked.postMessage(question)
    return promise.finally(() => {
      asked.off('message', resolve)
      asked.off('exit', died)
      asked.unref()
    })
  }
  return {
    read(question) {
      const answer = last.then(() => ask(question))
      last = answer
      return answer
    },
    async close() {
      await worker?.terminate()
    },
  }
}

/** Of an entry that ended its thread nothing is known but that. */
const tooLarge = ({ entry }: EntryQuestion): EntryReading => ({
  ...{ models: [], claims: [], previews: [], incomplete: false },
  problems: [...entry.models, ...entry.sidecars.map(({ file }) => file)].map(({ path }) => ({
    path,
    reason: 'it takes more memory to read than one file may',
  })),
})

function startThread(maxOldGenerationSizeMb: number): Worker {
  const worker = new Worker(new URL(`./entry-thread${import.meta.url.slice(-3)}`, import.meta.url), {
    name: 'entry-reader',
    resourceLimits: { maxOldGenerationSizeMb },
  })
  worker.unref()
  // Out of memory: who asked learns of it by the exit that follows.
  worker.on('error', () => {})
  return worker
}
