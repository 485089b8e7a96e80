import { parentPort } from 'node:worker_threads'
import type { EntryFiles } from './entry-files.ts'
import { withModestMeta } from './modest-meta.ts'
import { readEntryFiles } from './read-entry-files.ts'

/** What the thread is asked: an entry of the library folder `root`, and where embedded thumbnails go. */
export interface EntryQuestion {
  root: string
  entry: EntryFiles
  ownedFolder: string
}

const port = parentPort
if (!port) throw new Error('this module runs as a worker thread')
port.on('message', async (question: EntryQuestion) => {
  port.postMessage(withModestMeta(await readEntryFiles(question)))
})
