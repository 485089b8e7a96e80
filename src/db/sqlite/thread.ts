import { parentPort, workerData } from 'node:worker_threads'
import { openSqlite, type SqliteResult } from './connection.ts'

/** What a statement gave, with the milliseconds that it ran. */
export interface ThreadResult extends SqliteResult {
  runMs: number
}

/** What a database thread is asked, and what it answers; `id` pairs them. */
export interface ThreadRequest {
  id: number
  sql: string
  parameters: readonly unknown[]
}
export type ThreadReply =
  | ({ id: number } & ThreadResult)
  | { id: number; error: { message: string; code: string | undefined; errcode: number | undefined } }

const sqliteBusy = 5
const retryMilliseconds = 2
const giveUpMilliseconds = 60_000
const turnMilliseconds = 100
const gapMilliseconds = 6

if (!parentPort) throw new Error('this module runs as a worker thread')
const port = parentPort
const { file, readOnly } = workerData as { file: string; readOnly: boolean }
// Whoever makes the file, or ends as the last that has it open, locks it for a moment.
const connection = patiently(() => openSqlite(file, { readOnly }))

/** When this thread last left the write lock to others for long enough that any of them could take it. */
let lastGap = performance.now()

port.on('message', ({ id, sql, parameters }: ThreadRequest) => {
  port.postMessage(answer(id, sql, parameters) satisfies ThreadReply)
})
port.on('close', () => connection.close())

function answer(id: number, sql: string, parameters: readonly unknown[]): ThreadReply {
  const began = performance.now()
  try {
    if (sql === 'begin immediate') leaveGap()
    if (sql === 'rollback' && !connection.isInTransaction()) return { id, rows: [], changes: 0, insertId: 0, runMs: 0 }
    const result = patiently(() => connection.execute(sql, parameters))
    return { id, ...result, runMs: performance.now() - began }
  } catch (error) {
    const { message, code, errcode } = error as Error & { code?: string; errcode?: number }
    return { id, error: { message, code, errcode } }
  }
}

/**
 * Writers of several processes take turns: SQLite's own busy handler sleeps longer and longer, so that of two tight
 * writers one starves. Here everybody asks again after a short fixed time, and whoever wrote for a while pauses for
 * longer than that.
 */
function leaveGap(): void {
  if (performance.now() - lastGap < turnMilliseconds) return
  sleep(gapMilliseconds)
  lastGap = performance.now()
}

function patiently<T>(attempt: () => T): T {
  const deadline = performance.now() + giveUpMilliseconds
  for (;;) {
    try {
      return attempt()
    } catch (error) {
      const primaryCode = ((error as { errcode?: number }).errcode ?? 0) & 0xff
      if (primaryCode !== sqliteBusy || performance.now() > deadline) throw error
      sleep(retryMilliseconds)
    }
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
