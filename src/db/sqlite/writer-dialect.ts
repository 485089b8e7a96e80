import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { SqliteThread } from './threads.ts'

/**
 * Kysely over the one thread that writes. Whoever needs the connection waits in line, first come first served, so
 * that transactions of one process never meet. A transaction takes the write lock at its beginning.
 */
export const writerDialect = (thread: SqliteThread): Dialect => ({
  createAdapter: () => new SqliteAdapter(),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createDriver: () => writerDriver(thread),
})

function writerDriver(thread: SqliteThread): Driver {
  let lineEnd: Promise<void> = Promise.resolve()
  const leave = new WeakMap<DatabaseConnection, () => void>()
  const run = (sql: string) => thread.execute(sql, []).then(() => undefined)
  return {
    async init() {},
    async acquireConnection() {
      const turn = lineEnd
      const { promise, resolve } = Promise.withResolvers<void>()
      lineEnd = promise
      await turn
      const connection: DatabaseConnection = {
        async executeQuery<R>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
          const { rows, changes, insertId } = await thread.execute(sql, parameters)
          return { rows: rows as R[], numAffectedRows: BigInt(changes), insertId: BigInt(insertId) } as QueryResult<R>
        },
        // biome-ignore lint/correctness/useYield: streaming is not offered, and says so
        async *streamQuery() {
          throw new Error('the writing connection does not stream')
        },
      }
      leave.set(connection, resolve)
      return connection
    },
    async releaseConnection(connection) {
      leave.get(connection)?.()
    },
    beginTransaction: () => run('begin immediate'),
    commitTransaction: () => run('commit'),
    rollbackTransaction: () => run('rollback'),
    async destroy() {},
  }
}
