import { parentPort, workerData } from 'node:worker_threads'
import { bindParameters, type SqlParameter } from '../bind-parameters.ts'
import type { ReadRows, WorkerTask } from '../worker-task.ts'
import { openSqlite, type SqliteResult } from './connection.ts'

/** What a statement gave, with the milliseconds that it ran. */
export interface ThreadResult extends SqliteResult {
  runMs: number
}

export interface StatementRequest {
  sql: string
  parameters: readonly unknown[]
}

/** A task (`worker-task.ts`) with its queries. */
export interface TaskRequest {
  module: string
  name: string
  queries: Readonly<Record<string, { sql: string; parameters: readonly SqlParameter[] }>>
  input: unknown
}

/** What a task gave, and how long each of its statements ran, all times that it did together. */
export interface ThreadTaskResult {
  output: unknown
  statements: { sql: string; runMs: number }[]
  /** Milliseconds that the whole task took. */
  runMs: number
}

/** What a database thread is asked, and what it answers; `id` pairs them. */
export type ThreadRequest = { id: number } & (StatementRequest | TaskRequest)
export type ThreadReply =
  | ({ id: number } & (ThreadResult | ThreadTaskResult))
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

port.on('message', ({ id, ...asked }: ThreadRequest) => {
  if ('module' in asked)
    runTask(asked).then(({ result, moved }) => port.postMessage({ id, ...result }, moved), failed(id))
  else
    try {
      port.postMessage({ id, ...runStatement(asked) } satisfies ThreadReply)
    } catch (error) {
      failed(id)(error)
    }
})
port.on('close', () => connection.close())

const failed = (id: number) => (error: unknown) => {
  const { message, code, errcode } = error as Error & { code?: string; errcode?: number }
  port.postMessage({ id, error: { message, code, errcode } } satisfies ThreadReply)
}

function runStatement({ sql, parameters }: StatementRequest): ThreadResult {
  const began = performance.now()
  if (sql === 'begin immediate') leaveGap()
  if (sql === 'rollback' && !connection.isInTransaction()) return { rows: [], changes: 0, insertId: 0, runMs: 0 }
  const result = patiently(() => connection.execute(sql, parameters))
  return { ...result, runMs: performance.now() - began }
}

/** In one transaction, so that all rows are of one moment. */
async function runTask({ module, name, queries, input }: TaskRequest) {
  const task = (await import(module))[name] as WorkerTask<Record<string, object>, unknown, unknown>
  const began = performance.now()
  const times = new Map<string, number>()
  const read: ReadRows<Record<string, object>> = (query, values) => {
    const { sql, parameters } = queries[query] as TaskRequest['queries'][string]
    const asked = performance.now()
    const rows = patiently(() => connection.values(sql, bindParameters(parameters, values)))
    times.set(sql, (times.get(sql) ?? 0) + performance.now() - asked)
    return rows
  }
  connection.execute('begin', [])
  try {
    const { output, transferList = [] } = task(read, input)
    const statements = [...times].map(([sql, runMs]) => ({ sql, runMs }))
    const result: ThreadTaskResult = { output, statements, runMs: performance.now() - began }
    return { result, moved: [...transferList] }
  } finally {
    connection.execute('commit', [])
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
