import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** One SQLite connection and its prepared statements, on whichever thread opened it. */
export interface SqliteConnection {
  /** Rows of a statement; for one that only changes, none, with how many rows it touched. */
  execute(sql: string, parameters: readonly unknown[]): SqliteResult
  /** Rows of a statement that gives some, each with the values of its columns in their order. */
  values(sql: string, parameters: readonly unknown[]): unknown[][]
  /** Whether a transaction is open: a failure such as a full disk has ended it already. */
  isInTransaction(): boolean
  close(): void
}

export interface SqliteResult {
  rows: Record<string, unknown>[]
  changes: number
  insertId: number | bigint
}

const statementsKept = 500

/** Asking a statement for its columns costs more than running it, so it is done once. */
interface PreparedStatement {
  statement: StatementSync
  givesRows: boolean
}

/**
 * Opens `file` in WAL mode. A committed transaction is on the disk (`synchronous = full`), so that nothing that was
 * acknowledged is lost, whatever ends the process or the machine.
 */
export function openSqlite(file: string, options: { readOnly: boolean }): SqliteConnection {
  const database = new DatabaseSync(file, { readOnly: options.readOnly, timeout: 0 })
  try {
    setUp(database, options)
  } catch (error) {
    database.close()
    throw error
  }
  const statements = new Map<string, PreparedStatement>()
  /** Those whose rows are arrays. */
  const arrayStatements = new Map<string, StatementSync>()

  const prepare = (sql: string): PreparedStatement => {
    const known = statements.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    const prepared = { statement, givesRows: statement.columns().length > 0 }
    if (statements.size >= statementsKept) statements.delete(statements.keys().next().value as string)
    statements.set(sql, prepared)
    return prepared
  }

  return {
    execute(sql, parameters) {
      const { statement, givesRows } = prepare(sql)
      const values = parameters.map(bindable)
      if (givesRows) return { rows: statement.all(...values), changes: 0, insertId: 0 }
      const { changes, lastInsertRowid } = statement.run(...values)
      return { rows: [], changes: Number(changes), insertId: lastInsertRowid }
    },
    values(sql, parameters) {
      const known = arrayStatements.get(sql)
      const statement = known ?? database.prepare(sql)
      if (!known) {
        statement.setReturnArrays(true)
        arrayStatements.set(sql, statement)
      }
      return statement.all(...parameters.map(bindable)) as unknown as unknown[][]
    },
    isInTransaction: () => database.isTransaction,
    close: () => database.close(),
  }
}

function setUp(database: DatabaseSync, { readOnly }: { readOnly: boolean }): void {
  if (!readOnly) database.exec('pragma journal_mode = wal')
  database.exec('pragma synchronous = full')
  database.exec('pragma foreign_keys = on')
  // 16 MiB for who writes, 4 for who reads: what does not fit, the system keeps.
  database.exec(`pragma cache_size = ${readOnly ? -4096 : -16384}`)
  // A reader never waits for a writer in WAL mode, except while the log is recovered or removed.
  database.exec(`pragma busy_timeout = ${readOnly ? 5000 : 0}`)
}

/** SQLite has no booleans, dates or undefined. */
function bindable(value: unknown): null | number | bigint | string | NodeJS.ArrayBufferView {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Date) return value.toISOString()
  return value as number | bigint | string | NodeJS.ArrayBufferView
}
