import { Worker } from 'node:worker_threads'
import type { ThreadReply, ThreadRequest, ThreadResult } from './thread.ts'

/** A connection that lives on a thread of its own, so that its slow statements hold up nobody else. */
export interface SqliteThread {
  execute(sql: string, parameters: readonly unknown[]): Promise<ThreadResult>
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
  const waiting = new Map<number, { resolve: (result: ThreadResult) => void; reject: (error: Error) => void }>()
  let lastId = 0
  let ended: Error | undefined

  const end = (error: Error) => {
    ended = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('message', (reply: ThreadReply) => {
    const asker = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (waiting.size === 0) worker.unref()
    if (!asker) return
    if ('error' in reply) asker.reject(Object.assign(new Error(reply.error.message), reply.error))
    else asker.resolve(reply)
  })
  worker.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', () => end(new Error('the database is closed')))

  return {
    execute(sql, parameters) {
      if (ended) return Promise.reject(ended)
      const { promise, resolve, reject } = Promise.withResolvers<ThreadResult>()
      const id = ++lastId
      waiting.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ id, sql, parameters } satisfies ThreadRequest)
      return promise
    },
    pending: () => waiting.size,
    async close() {
      await worker.terminate()
    },
  }
}
