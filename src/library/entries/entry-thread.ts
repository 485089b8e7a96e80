import { parentPort } from 'node:worker_threads'
import { capImageMetadata } from './cap-image-metadata.ts'
import type { EntryQuestion, EntryReply } from './entry-contents.ts'
import { readEntryFiles } from './read-entry-files.ts'

const port = parentPort
if (!port) throw new Error('this module runs as a worker thread')
port.on('message', async (question: EntryQuestion) => {
  const send = (reply: EntryReply) => port.postMessage(reply)
  const reading = await readEntryFiles(question, (image) => send({ image }))
  send({ reading: capImageMetadata(reading) })
})
