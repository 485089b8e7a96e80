import { ThreadEnded, threadOnDemand } from '../thread-on-demand.ts'
import type { TensorAnswer, TensorQuestion } from './tensor-thread.ts'

/** Reads what tensors model files hold, on a thread of its own: a header may be 100 MB of JSON. */
export interface TensorReader {
  /** One file after the other. `busy` when too many wait already. */
  read(question: TensorQuestion): Promise<TensorAnswer | { kind: 'busy' }>
  close(): Promise<void>
}

/** A header that needs more memory than this ends the thread, and nothing else. */
const memoryMegabytes = 768

export function openTensorReader({ mostWaiting = 32 }: { mostWaiting?: number } = {}): TensorReader {
  const thread = threadOnDemand<TensorQuestion, TensorAnswer>({
    module: './tensor-thread',
    importer: import.meta.url,
    memoryMegabytes,
  })
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  const ask = async (question: TensorQuestion): Promise<TensorAnswer> => {
    try {
      return await thread.ask(question, (answer) => answer)
    } catch (error) {
      if (!(error instanceof ThreadEnded)) throw error
      return { kind: 'unreadable', reason: 'The header is too large to be read' }
    }
  }
  return {
    async read(question) {
      if (waiting >= mostWaiting) return { kind: 'busy' }
      waiting++
      const answer = last.then(() => ask(question))
      last = answer.catch(() => undefined).finally(() => waiting--)
      return answer
    },
    close: thread.end,
  }
}
