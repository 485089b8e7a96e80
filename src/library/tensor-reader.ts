import { Worker } from 'node:worker_threads'
import type { TensorAnswer, TensorQuestion } from './tensor-thread.ts'

/** Reads what tensors model files hold, on a thread of its own: a header may be 100 MB of JSON. */
export interface TensorReader {
  /** One file after the other. `busy` when too many wait already. */
  read(question: TensorQuestion): Promise<TensorAnswer | { kind: 'busy' }>
  close(): Promise<void>
}

export function openTensorReader({ mostWaiting = 32 }: { mostWaiting?: number } = {}): TensorReader {
  let worker: Worker | undefined
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  const ask = (question: TensorQuestion): Promise<TensorAnswer> => {
    worker ??= startThread()
    const asked = worker
    const { promise, resolve } = Promise.withResolvers<TensorAnswer>()
    const died = () => {
      worker = undefined
      resolve({ kind: 'unreadable', reason: 'The header is too large to be read' })
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
    async read(question) {
      if (waiting >= mostWaiting) return { kind: 'busy' }
      waiting++
      const answer = last.then(() => ask(question))
      last = answer.finally(() => waiting--)
      return answer
    },
    async close() {
      await worker?.terminate()
    },
  }
}

/** A header that needs more memory than this ends the thread, and nothing else. */
const resourceLimits = { maxOldGenerationSizeMb: 768 }

function startThread(): Worker {
  const worker = new Worker(new URL(`./tensor-thread${import.meta.url.slice(-3)}`, import.meta.url), {
    name: 'tensor-reader',
    resourceLimits,
  })
  // Out of memory: who asked learns of it by the exit that follows.
  worker.on('error', () => {})
  return worker
}
