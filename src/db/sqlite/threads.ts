import { Worker } from 'node:worker_threads'
import type {
  StatementRequest,
  TaskRequest,
  ThreadReply,
  ThreadRequest,
  ThreadResult,
  ThreadTaskResult,
} from './thread.ts'

/** A connection that lives on a thread of its own, so that its slow statements hold up nobody else. */
export interface SqliteThread {
  execute(sql: string, parameters: readonly unknown[]): Promise<ThreadResult>
  run(task: TaskRequest): Promise<ThreadTaskResult>
  /** How many statements wait or run. */
  pending(): number
  close(): Promise<void>
}

export function startSqliteThread(file: string, options: { readOnly: boolean }): SqliteThread {
  const worker = new Worker(new URL(`./thread${import.meta.url.slice(-3)}`, import.meta.url), {
    workerData: { file, readOnly: options.readOnly },
    name: options.readOnly ? 'sqlite-reader' : 'sqlite-writer',
  })
  worker.unref()
  const waiting = new Map<
    number,
    { resolve: (result: ThreadResult & ThreadTaskResult) => void; reject: (error: Error) => void }
  >()
  let lastId = 0
  let ended: Error | undefined

  const end = (error: Error) => {
    ended = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('message', (reply: ThreadReply) => {
    const actorContext = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (waiting.size === 0) worker.unref()
    if (!actorContext) return
    if ('error' in reply) actorContext.reject(Object.assign(new Error(reply.error.message), reply.error))
    else actorContext.resolve(reply as never) // the one of the two that was asked for
  })
  worker.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', () => end(new Error('the database is closed')))

  const ask = (asked: StatementRequest | TaskRequest) => {
    if (ended) return Promise.reject(ended)
    const { promise, resolve, reject } = Promise.withResolvers<ThreadResult & ThreadTaskResult>()
    const id = ++lastId
    waiting.set(id, { resolve, reject })
    worker.ref()
    worker.postMessage({ id, ...asked } satisfies ThreadRequest)
    return promise
  }

  return {
    execute: (sql, parameters) => ask({ sql, parameters }),
    run: ask,
    pending: () => waiting.size,
    async close() {
      await worker.terminate()
    },
  }
}
