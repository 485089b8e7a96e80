import { open } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
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
}

export type TensorAnswer =
  | { kind: 'tensors'; summary: Omit<TensorSummary, 'tensors'> & { tensors?: TensorSummary['tensors'] } }
  | { kind: 'unreadable'; reason: string }

/** A longer list is megabytes of JSON that no page shows. */
const longestList = 50_000

const port = parentPort
if (!port) throw new Error('this module runs as a worker thread')
port.on('message', async (question: TensorQuestion) => {
  port.postMessage(await answer(question))
})

async function answer({ path, sizeBytes, format, checkpoint, summaryOnly }: TensorQuestion): Promise<TensorAnswer> {
  try {
    await using handle = await open(path)
    const read = format === 'GGUF' ? readGgufHeader : readSafetensorsHeader
    const { tensors, ...summary } = summarizeTensors(await read(handle, sizeBytes), { checkpoint })
    if (summaryOnly) return { kind: 'tensors', summary }
    if (tensors.length > longestList)
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
