import type { AliasedRawBuilder, Expression, RawBuilder, SelectQueryBuilder } from 'kysely'
import type { Schema } from './schema.ts'

/** What differs between SQLite and PostgreSQL, as fragments of SQL. Everything else is written once for both. */
export interface SqlDialect {
  name: 'sqlite' | 'postgres'
  /** Definition of a key that the engine counts up, from 1. */
  autoIncrementKey: string
  /** Ends a `create table` whose rows lie in the order of their key. */
  clusteredByKey: string
  /** Statements that make the full-text index over name, creator, tags and trained words, one row a model. */
  textIndex: string[]
  /** Statements that add the names of a model's files to the full-text index, those of existing rows included. */
  fileNamesInTextIndex: string[]
  /**
   * Statements after which the table `audit_event` takes new rows alone: none is changed or written over, and none is
   * deleted that `audit_start.keep_from` keeps, which never moves back nor nearer to the present than a day.
   */
  appendOnlyAudit: string[]
  /** `column in (list)`: `list` is bound as one JSON array text, so that one statement serves every length. */
  inList(column: Expression<unknown>, list: Expression<unknown>): RawBuilder<boolean>
  /** The number of values in a JSON array text. */
  listLength(list: Expression<unknown>): RawBuilder<number>
  /** The values of a JSON array text as a table of one column, `value`, for bulk look-ups: `from ${valuesOf(list)} as wanted`. */
  valuesOf(list: Expression<unknown>): RawBuilder<{ value: string }>
  /** The values of a column as the text of one JSON array, in the order of the rows. */
  jsonArrayOf(column: Expression<unknown>): RawBuilder<string>
  /**
   * The table to select from, read through this index whatever the engine would choose: for an index that holds all that
   * is asked, where the key by itself finds one row and looks as cheap.
   */
  indexHint<Table extends keyof Schema & string>(table: Table, index: string): AliasedRawBuilder<Schema[Table], Table>
  /** True where the JSON array text in `column` holds one of the values of `list` (a JSON array text as well). */
  arraysOverlap(column: Expression<unknown>, list: Expression<unknown>): RawBuilder<boolean>
  /**
   * A subquery's rows as the text of one JSON array, in the subquery's order: each row an array of its columns, to be read
   * by `json-rows.ts`. `jsonColumns` are those of its columns that hold JSON themselves, which nests and is not quoted as
   * text; they are its last. Names and a second reading of what is nested would cost as much as the rows.
   */
  jsonRowsOf<DB, Tables extends keyof DB, Row>(
    query: SelectQueryBuilder<DB, Tables, Row>,
    jsonColumns?: readonly (keyof Row & string)[],
  ): RawBuilder<string>
  /** Condition: the searched text of model `modelId` matches `match`, a text made by {@link SqlDialect.textMatch}. */
  matchesText(modelId: Expression<unknown>, match: Expression<unknown>): RawBuilder<boolean>
  /** The models that match, as a table of one column `id` that is read as far as it is needed, also by id falling. */
  textMatches(match: Expression<unknown>): RawBuilder<{ id: number }>
  /**
   * The match for what a person typed, every word taken as a prefix and looked for everywhere or in the name alone;
   * undefined when it holds nothing searchable.
   */
  textMatch(typed: string, where?: 'name'): string | undefined
  /** Statements that replace what is searched for a model; run in order. */
  putModelText(modelId: number, text: ModelText): RawBuilder<unknown>[]
  removeModelText(modelId: number): RawBuilder<unknown>
}

/** What full-text search sees of a model. */
export interface ModelText {
  name: string
  creator: string
  tags: string
  trainedWords: string
  /** Stems of the names of its files. */
  fileNames: string
}
