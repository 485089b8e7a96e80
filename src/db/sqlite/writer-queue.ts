import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { OnStatement } from '../database.ts'
import type { SqliteThread } from './threads.ts'

/**
 * Kysely over the one thread that writes. Whoever needs the connection waits in line, first come first served, so
 * that transactions of one process never meet. A transaction takes the write lock at its beginning.
 */
export const openWriterQueue = (thread: SqliteThread, line: WriterQueue): Dialect => ({
  createAdapter: () => new SqliteAdapter(),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createDriver: () => writerDriver(thread, line),
})

/** Those who wait for the connection, the one who has it among them. */
export interface WriterQueue {
  length: number
  onStatement: OnStatement
  /** Called with the error of a statement that failed. */
  onFailed: (error: unknown) => void
}

function writerDriver(thread: SqliteThread, line: WriterQueue): Driver {
  let lineEnd: Promise<void> = Promise.resolve()
  const leave = new WeakMap<DatabaseConnection, () => void>()
  const askedAt = new WeakMap<DatabaseConnection, number>()
  const execute = async (connection: DatabaseConnection, sql: string, parameters: readonly unknown[]) => {
    // The first statement of a turn has waited for it.
    const asked = askedAt.get(connection) ?? performance.now()
    askedAt.delete(connection)
    const result = await thread.execute(sql, parameters).catch((error) => {
      line.onFailed(error)
      throw error
    })
    const waitMs = performance.now() - asked - result.runMs
    line.onStatement({ lane: 'writing', sql, askedAt: asked, waitMs, runMs: result.runMs })
    return result
  }
  const run = (sql: string) => (connection: DatabaseConnection) => execute(connection, sql, []).then(() => undefined)
  return {
    async init() {},
    async acquireConnection() {
      const asked = performance.now()
      line.length++
      const turn = lineEnd
      const { promise, resolve } = Promise.withResolvers<void>()
      lineEnd = promise
      await turn
      const connection: DatabaseConnection = {
        async executeQuery<R>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
          const { rows, changes, insertId } = await execute(connection, sql, parameters)
          return { rows: rows as R[], numAffectedRows: BigInt(changes), insertId: BigInt(insertId) } as QueryResult<R>
        },
        // biome-ignore lint/correctness/useYield: streaming is not offered, and says so
        async *streamQuery() {
          throw new Error('the writing connection does not stream')
        },
      }
      askedAt.set(connection, asked)
      leave.set(connection, resolve)
      return connection
    },
    async releaseConnection(connection) {
      line.length--
      leave.get(connection)?.()
    },
    beginTransaction: run('begin immediate'),
    commitTransaction: run('commit'),
    rollbackTransaction: run('rollback'),
    async destroy() {},
  }
}
