import { parentPort } from 'node:worker_threads'
import { capImageMetadata } from './cap-image-metadata.ts'
import type { EntryFiles } from './entry-files.ts'
import { type EntryReading, readEntryFiles } from './read-entry-files.ts'

/** What the thread is asked: an entry of the library folder `root`, and where embedded thumbnails go. */
export interface EntryQuestion {
  root: string
  entry: EntryFiles
  ownedFolder: string
  /** Files whose images are not read, since they took too long before. */
  skipped?: readonly string[]
}

/** What the thread answers: which image it begins with, undefined behind the last one, and in the end the reading. */
export type EntryReply = { image: string | undefined } | { reading: EntryReading }

const port = parentPort
if (!port) throw new Error('this module runs as a worker thread')
port.on('message', async (question: EntryQuestion) => {
  const send = (reply: EntryReply) => port.postMessage(reply)
  const reading = await readEntryFiles(question, (image) => send({ image }))
  send({ reading: capImageMetadata(reading) })
})
