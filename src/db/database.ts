import type { Compilable, Kysely, Transaction } from 'kysely'
import type { CacheInvalidation } from './catalog-changes.ts'
import type { Reserve } from './disk-space.ts'
import type { BindPlaceholder } from './prepared-statement.ts'
import type { Schema } from './schema.ts'
import type { SqlDialect } from './sql-dialect.ts'
import type { TaskLocation } from './worker-task.ts'

/** What a query is built from: the tables, and the placeholders of the values that each call binds. */
export type QueryOf<Values, Row> = (query: Kysely<Schema>, values: BindPlaceholder<Values>) => Compilable<Row>

/** A query that is built once and run often. */
export interface PreparedQuery<Values, Row> {
  all(values: Values): Promise<Row[]>
  first(values: Values): Promise<Row | undefined>
}

/** A query for each name. Whatever its rows are: a task gets them as values in the order of the columns. */
export type QueriesOf<Queries> = { [Name in keyof Queries & string]: QueryOf<Queries[Name], unknown> }

/** Runs a task with its input, which is carried to the thread as a structured clone. */
export type RunTask<Queries> = <Input, Output>(
  task: TaskLocation<Queries, Input, Output>,
  input: Input,
) => Promise<Output>

/** Where a statement runs: on the thread that serves, on one of those that read, or on the one that writes. */
export type Executor = 'serving' | 'reading' | 'writing'

/** A statement that has run. */
export interface ExecutedStatement {
  lane: Executor
  /** With placeholders: no value that was bound is in it. */
  sql: string
  /** When it was asked for, by `performance.now()`. */
  askedAt: number
  /** Milliseconds that it waited for its turn and was carried to the thread and back, if to another, and that it ran. */
  waitMs: number | undefined
  runMs: number
}

/** Told of each statement where it was asked for, once it has run. */
export type OnStatement = (statement: ExecutedStatement) => void

/** The database of a hub, whichever engine is behind it. */
export interface Database {
  engine: SqlDialect
  /**
   * Prepares a look-up: it touches a handful of rows through an index. In SQLite it runs on the calling thread, so
   * anything longer belongs to {@link Database.search}.
   */
  lookup<Values, Row>(build: QueryOf<Values, Row>): PreparedQuery<Values, Row>
  /**
   * Prepares a look-up that many requests repeat: its rows are kept until anybody, in this process or another, has
   * committed anything. Callers share the rows, so none may change them.
   */
  keptLookup<Values, Row>(build: QueryOf<Values, Row>): PreparedQuery<Values, Readonly<Row>>
  /** Prepares a query that may take long: lists, searches, bulk look-ups. It never runs on the thread that serves. */
  search<Values, Row>(build: QueryOf<Values, Row>): PreparedQuery<Values, Row>
  /** Prepares queries for tasks that run where they are read; like {@link Database.search} never on the thread that serves. */
  reading<Queries extends object>(queries: QueriesOf<Queries>): RunTask<Queries>
  /**
   * Runs `change` in one transaction, after those that asked earlier. When it resolves, the change is on the disk; it may run
   * again when the disk is full. Throws DiskFull when it cannot be stored.
   * `changes` tells every cache which public answers may differ from now on: what the change concerned, known before
   * or from its result.
   */
  write<Result>(
    change: (transaction: Transaction<Schema>) => Promise<Result>,
    options?: {
      changes?: CacheInvalidation | ((result: Result) => CacheInvalidation)
      /** Whether the change is so important that reserved space is freed for it when the disk is full. */
      usesReserve?: true
    },
  ): Promise<Result>
  /** Whether changes can be stored, as far as the last ones show: false while the disk is full. */
  isWritable(): Promise<boolean>
  /** Space for changes with `usesReserve`. */
  reserve: Reserve
  /** Number of writes that failed because the disk was full, those through {@link Database.kysely} included. */
  diskFullCount(): number
  /** The writing connection, for a library that brings its own queries. Anything it reads waits for writers. */
  kysely: Kysely<Schema>
  /**
   * A number that differs once anybody, in this process or another, has committed a change to the catalog.
   * Cheap enough to ask on each request.
   */
  catalogRevision(): number
  /** What has changed since an earlier revision. */
  catalogChangesSince(revision: number): CacheInvalidation
  /** How many statements wait or run in each lane that has a queue. */
  pending(): { reading: number; writing: number }
  close(): Promise<void>
}
