import { open } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import { cleanHeader } from '../token-redactor.ts'
import { type FileMetadata, fileMetadata } from './file-metadata.ts'
import { readGgufHeader } from './gguf.ts'
import { readSafetensorsHeader } from './safetensors.ts'
import { summarizeTensors, type TensorSummary } from './tensor-summary.ts'
import { UnreadableHeader } from './unreadable-header.ts'

/** What the thread is asked. */
export interface TensorQuestion {
  path: string
  sizeBytes: number
  format: 'SafeTensor' | 'GGUF'
  /** Whether the file is a checkpoint's, which alone gets an estimate of memory. */
  checkpoint: boolean
  /** Whether the list of tensors is left out. */
  summaryOnly: boolean
  /** Asks for what the header says besides its tensors, in their place. */
  metadataOnly?: boolean
}

export type TensorAnswer =
  | { kind: 'metadata'; metadata: FileMetadata }
  | { kind: 'tensors'; summary: Omit<TensorSummary, 'tensors'> & { tensors?: TensorSummary['tensors'] } }
  | { kind: 'unreadable'; reason: string }

/** A longer list is megabytes of JSON that no page shows. */
const maxListLength = 50_000

const port = parentPort
if (!port) throw new Error('this module runs as a worker thread')
port.on('message', async (question: TensorQuestion) => {
  port.postMessage(await answer(question))
})

async function answer(question: TensorQuestion): Promise<TensorAnswer> {
  const { path, sizeBytes, format, checkpoint, summaryOnly, metadataOnly } = question
  try {
    await using handle = await open(path)
    const read = format === 'GGUF' ? readGgufHeader : readSafetensorsHeader
    const header = cleanHeader(await read(handle, sizeBytes))
    if (metadataOnly) return { kind: 'metadata', metadata: fileMetadata(header) }
    const { tensors, ...summary } = summarizeTensors(header, { checkpoint })
    if (summaryOnly) return { kind: 'tensors', summary }
    if (tensors.length > maxListLength)
      return {
        kind: 'unreadable',
        reason: `The file holds ${tensors.length} tensors, too many to list: ask with summaryOnly`,
      }
    return { kind: 'tensors', summary: { ...summary, tensors } }
  } catch (error) {
    if (error instanceof UnreadableHeader) return { kind: 'unreadable', reason: error.message }
    // A file that went away while it waited.
    return { kind: 'unreadable', reason: 'The file could not be read' }
  }
}
