import type { Compilable, Kysely, Transaction } from 'kysely'
import type { CatalogChange } from './catalog-changes.ts'
import type { EngineSql } from './engine.ts'
import type { PlaceholderOf } from './prepared.ts'
import type { Schema } from './schema.ts'

/** What a query is built from: the tables, and the placeholders of the values that each call binds. */
export type QueryOf<Values, Row> = (query: Kysely<Schema>, values: PlaceholderOf<Values>) => Compilable<Row>

/** A query that is built once and run often. */
export interface PreparedQuery<Values, Row> {
  all(values: Values): Promise<Row[]>
  first(values: Values): Promise<Row | undefined>
}

/** The database of a hub, whichever engine is behind it. */
export interface Database {
  engine: EngineSql
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
  /**
   * Runs `change` in one transaction, after those that asked earlier. When it resolves, the change is on the disk.
   * `changes` tells every cache which public answers may differ from now on: what the change concerned, known before
   * or from its result.
   */
  write<Result>(
    change: (transaction: Transaction<Schema>) => Promise<Result>,
    options?: { changes: CatalogChange | ((result: Result) => CatalogChange) },
  ): Promise<Result>
  /** The writing connection, for a library that brings its own queries. Anything it reads waits for writers. */
  kysely: Kysely<Schema>
  /**
   * A number that differs once anybody, in this process or another, has committed a change to the catalog.
   * Cheap enough to ask on each request.
   */
  catalogRevision(): number
  /** What has changed since an earlier revision. */
  catalogChangesSince(revision: number): CatalogChange
  close(): Promise<void>
}
