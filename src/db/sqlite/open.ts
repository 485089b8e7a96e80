import { availableParallelism } from 'node:os'
import { Kysely, sql } from 'kysely'
import { affectedTags, recordCacheInvalidation } from '../catalog-changes.ts'
import type { Database, OnStatement, PreparedQuery, QueriesOf, QueryOf, RunTask } from '../database.ts'
import { DiskFull, diskFullText, isDiskFull, openReserve, openWritability } from '../disk-space.ts'
import { migrate } from '../migrate.ts'
import { prepareStatement } from '../prepared-statement.ts'
import { openReadQueue, type Waiters } from '../read-queue.ts'
import type { Schema } from '../schema.ts'
import { openSqlite, type SqliteConnection } from './connection.ts'
import { type DataVersion, watchDataVersion } from './data-version.ts'
import { openQueryCache } from './query-cache.ts'
import { sqliteDialect } from './sql-dialect.ts'
import { startSqliteThread } from './threads.ts'
import { openWriterQueue, type WriterQueue } from './writer-queue.ts'

/**
 * Opens (and makes, and brings up to date) the database in `file`: one thread that writes, a few that run long
 * queries, and a connection on the calling thread for look-ups. `processes` share the processors; `onStatement` is told of what ran.
 * @throws NewerSchema when a later version of the program has written it
 */
export async function openSqliteDatabase(
  file: string,
  {
    processes = 1,
    onStatement = () => undefined,
    waiters,
  }: {
    processes?: number
    onStatement?: OnStatement | undefined
    /** Who waits for what is read now; the hub itself where it is left out. */
    waiters?: (() => Waiters | undefined) | undefined
  } = {},
): Promise<Database> {
  const writer = startSqliteThread(file, { readOnly: false })
  const reserve = openReserve(file)
  const writability = openWritability(file, { reserve, canAllocate: () => canAllocate(kysely) })
  const line: WriterQueue = { length: 0, onStatement, onFailed: writability.noteFailure }
  const kysely = new Kysely<Schema>({ dialect: openWriterQueue(writer, line) })
  try {
    await migrate(kysely, sqliteDialect)
  } catch (error) {
    await writer.close()
    throw error
  }
  const local = openSqlite(file, { readOnly: true })
  const changes = watchDataVersion(local)
  const readerCount = Math.max(1, Math.min(4, Math.floor((availableParallelism() - 1) / processes)))
  const readers = Array.from({ length: readerCount }, () => startSqliteThread(file, { readOnly: true }))
  const queue = openReadQueue(readers, waiters)

  const lookUp = (sql: string, parameters: unknown[]): Rows => {
    const askedAt = performance.now()
    const { rows } = local.execute(sql, parameters)
    onStatement({ lane: 'serving', sql, askedAt, waitMs: undefined, runMs: performance.now() - askedAt })
    return rows
  }
  const search = async (sql: string, parameters: unknown[]): Promise<Rows> => {
    const askedAt = performance.now()
    const { rows, runMs } = await queue.run((reader) => reader.execute(sql, parameters))
    onStatement({ lane: 'reading', sql, askedAt, waitMs: performance.now() - askedAt - runMs, runMs })
    return rows
  }
  const reading = <Queries extends object>(queries: QueriesOf<Queries>): RunTask<Queries> => {
    const prepared = Object.entries<QueryOf<never, unknown>>(queries as never).map(([name, build]) => {
      const { sql, parameters } = prepareStatement<never, unknown>((values) => build(kysely, values))
      return [name, { sql, parameters }]
    })
    const statements = Object.fromEntries(prepared)
    return async ({ module, name }, input) => {
      const askedAt = performance.now()
      const task = { module, name, queries: statements, input }
      const { output, statements: ran, runMs } = await queue.run((reader) => reader.run(task))
      const waitMs = performance.now() - askedAt - runMs
      ran.forEach((statement, index) => {
        onStatement({ lane: 'reading', askedAt, waitMs: index === 0 ? waitMs : 0, ...statement })
      })
      return output as never // of this task
    }
  }
  const catalogRevision = revisionReader(local, changes)

  return {
    engine: sqliteDialect,
    kysely,
    lookup: (build) => prepared(kysely, build, (sql) => (parameters) => lookUp(sql, parameters)),
    keptLookup: (build) =>
      prepared(kysely, build, (sql) => openQueryCache(changes, (parameters) => lookUp(sql, parameters))),
    search: (build) => prepared(kysely, build, (sql) => (parameters) => search(sql, parameters)),
    reading,
    async write(change, options) {
      const attempt = () =>
        kysely.transaction().execute(async (transaction) => {
          const result = await change(transaction)
          const concerned = typeof options?.changes === 'function' ? options.changes(result) : options?.changes
          await recordCacheInvalidation(transaction, concerned ?? [])
          return result
        })
      for (;;)
        try {
          const written = await attempt()
          changes.invalidate()
          return written
        } catch (error) {
          if (!isDiskFull(error)) throw error
          // Others may take what was freed, so that every part has its turn.
          if (!options?.usesReserve || !(await reserve.release())) throw new DiskFull(diskFullText, { cause: error })
        }
    },
    isWritable: writability.isWritable,
    diskFullCount: writability.failureCount,
    reserve,
    catalogRevision,
    catalogChangesSince(revision) {
      const rows = local.execute('select keys from catalog_change where revision > ?', [revision]).rows
      return affectedTags(rows as { keys: string | null }[], catalogRevision() - revision)
    },
    pending: () => ({
      reading: queue.pending(),
      writing: line.length,
    }),
    async close() {
      local.close()
      await Promise.all(readers.map((reader) => reader.close()))
      await kysely.destroy()
      await writer.close()
    },
  }
}

type Rows = Record<string, unknown>[]
type Run = (parameters: unknown[]) => Rows | Promise<Rows>

function prepared<Values, Row>(
  kysely: Kysely<Schema>,
  build: QueryOf<Values, Row>,
  runner: (sql: string) => Run,
): PreparedQuery<Values, Row> {
  const query = prepareStatement<Values, Row>((values) => build(kysely, values))
  const run = runner(query.sql)
  // A query's rows have the columns that it selects.
  return {
    all: async (values) => (await run(query.parametersOf(values))) as Row[],
    first: async (values) => {
      const rows = run(query.parametersOf(values))
      return (Array.isArray(rows) ? rows : await rows)[0] as Row | undefined
    },
  }
}

/** Whether the database can grow: takes pages, and gives them back. */
async function canAllocate(kysely: Kysely<Schema>): Promise<boolean> {
  const done = new Error('rolled back on purpose')
  return kysely
    .transaction()
    .execute(async (transaction) => {
      await sql`create table space_probe (bytes blob)`.execute(transaction)
      await sql`insert into space_probe values (zeroblob(100000))`.execute(transaction)
      throw done
    })
    .catch((error) => error === done)
}

/** Only once anybody has committed anything is the counter itself read. */
function revisionReader(connection: SqliteConnection, changes: DataVersion): () => number {
  let seenVersion: number | undefined
  let revision = 0
  return () => {
    const version = changes.version()
    if (version !== seenVersion) {
      seenVersion = version
      revision = Number(connection.execute('select revision from catalog_revision', []).rows[0]?.revision)
    }
    return revision
  }
}
