import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { Schema } from '../../src/db/schema.ts'
import type { ModelText } from '../../src/db/sql-dialect.ts'
import { openSqliteDatabase } from '../../src/db/sqlite/open.ts'
import type { RowOf } from './rows.ts'

/** Where the rows of a catalog go: one engine's fastest way to take many. */
export interface CatalogSink {
  add<Table extends keyof Schema & string>(table: Table, row: RowOf<Table>): void
  /** What full-text search finds a model by. */
  addText(modelId: number, text: ModelText): void
  setKeptCount(name: Schema['kept_count']['name'], count: number): void
  /** Makes sure that what was added so far is written; called every few thousand rows. */
  flush(): void
  /** Builds what speeds queries up. `tell` hears of each step. */
  finish(tell: (step: string) => void): Promise<void>
}

/**
 * A new SQLite database with the schema of the migrations. Rows go in without their indexes, which are built at the end
 * from sorted rows; so are the tables that lie in the order of their key. Nothing is safe until it is finished.
 */
export async function openSqliteSink(file: string): Promise<CatalogSink> {
  await (await openSqliteDatabase(file)).close()
  const database = new DatabaseSync(file)
  for (const pragma of [
    'journal_mode = delete',
    'journal_mode = off',
    'synchronous = off',
    'locking_mode = exclusive',
    'cache_size = -600000',
  ])
    database.exec(`pragma ${pragma}`)
  const keyOrganised = keyOrganisedTables(database)
  const indexes = database
    .prepare(`select name, sql from sqlite_master where type = 'index' and sql is not null`)
    .all() as { name: string; sql: string }[]
  for (const { name } of indexes) database.exec(`drop index ${name}`)
  for (const [table] of keyOrganised) database.exec(`create temp table staged_${table} as select * from ${table}`)

  const inserts = new Map<string, StatementSync>()
  const prepareInsert = (table: string, columns: readonly string[]): StatementSync => {
    const target = keyOrganised.has(table) ? `temp.staged_${table}` : table
    const insert = database.prepare(
      `insert into ${target} (${columns.join()}) values (${columns.map(() => '?').join()})`,
    )
    inserts.set(table, insert)
    return insert
  }
  const insertText = database.prepare(
    'insert into model_text (rowid, name, creator, tags, trained_words, file_names) values (?, ?, ?, ?, ?, ?)',
  )
  database.exec('begin')
  return {
    // Rows of one table all name the same columns in the same order.
    add(table, row) {
      const insert = inserts.get(table) ?? prepareInsert(table, Object.keys(row))
      insert.run(...(Object.values(row) as SQLInputValue[]))
    },
    addText: (modelId, { name, creator, tags, trainedWords, fileNames }) =>
      insertText.run(modelId, name, creator, tags, trainedWords, fileNames),
    setKeptCount: (name, count) => database.prepare('update kept_count set count = ? where name = ?').run(count, name),
    flush: () => database.exec('commit; begin'),
    async finish(tell) {
      database.exec('commit')
      for (const [table, key] of keyOrganised) {
        tell(`sorting ${table}`)
        database.exec(`insert into ${table} select * from temp.staged_${table} order by ${key}`)
        database.exec(`drop table temp.staged_${table}`)
      }
      for (const { name, sql } of indexes) {
        tell(`indexing ${name}`)
        database.exec(sql)
      }
      database.exec('update catalog_revision set revision = revision + 1')
      database.close()
    },
  }
}

/** The tables without row ids, each with the columns of its key. */
function keyOrganisedTables(database: DatabaseSync): Map<string, string> {
  const rows = database
    .prepare(
      `select tables.name, (select group_concat(columns.name order by columns.pk)
          from pragma_table_info(tables.name) as columns where columns.pk > 0) as key
        from pragma_table_list as tables where schema = 'main' and type = 'table' and wr = 1
          and name in (select name from sqlite_master where sql not like '%_fts_%' and name not like 'model_text%')`,
    )
    .all() as { name: string; key: string }[]
  return new Map(rows.map(({ name, key }) => [name, key]))
}
