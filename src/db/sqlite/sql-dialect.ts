import { AliasNode, ColumnNode, IdentifierNode, ReferenceNode, type SelectQueryNode, sql } from 'kysely'
import type { SqlDialect } from '../sql-dialect.ts'
import { appendOnlyAudit } from './append-only-audit.ts'

/** The fragments that only SQLite understands: JSON1 table functions and FTS5. */
export const sqliteDialect: SqlDialect = {
  name: 'sqlite',
  autoIncrementKey: 'integer primary key autoincrement',
  clusteredByKey: 'without rowid',
  textIndex: [
    // `prefix` makes `lor*` a look-up instead of a walk over the vocabulary.
    `create virtual table model_text using fts5 (
      name, creator, tags, trained_words, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
    )`,
  ],
  fileNamesInTextIndex: [
    // FTS5 has no `add column`. Names of files come without their extension: it would match nearly every model.
    `create virtual table model_text_with_files using fts5 (
      name, creator, tags, trained_words, file_names, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
    )`,
    `insert into model_text_with_files (rowid, name, creator, tags, trained_words, file_names)
      select rowid, name, creator, tags, trained_words, coalesce((
        select substr(group_concat(replace(replace(replace(replace(replace(model_file.name, '.safetensors', ''),
          '.ckpt', ''), '.gguf', ''), '.pth', ''), '.pt', ''), ' '), 1, 20000)
        from model_version join model_file on model_file.version_id = model_version.id
        where model_version.model_id = model_text.rowid
      ), '') from model_text`,
    `drop table model_text`,
    `alter table model_text_with_files rename to model_text`,
  ],
  appendOnlyAudit,
  inList: (column, list) => sql`${column} in (select value from json_each(${list}))`,
  listLength: (list) => sql`json_array_length(${list})`,
  valuesOf: (list) => sql`json_each(${list})`,
  jsonArrayOf: (column) => sql`json_group_array(${column})`,
  indexHint: (table, index) =>
    sql`${sql.table(table)}`.as(sql`${sql.table(table)} indexed by ${sql.id(index)}`) as never,
  arraysOverlap: (column, list) =>
    sql`exists (select 1 from json_each(${column}) as held join json_each(${list}) as wanted on held.value = wanted.value)`,
  jsonRowsOf: (query, jsonColumns = []) => {
    const names = selectedNames(query.toOperationNode())
    const column = (name: string) => sql.ref(`agg.${name}`)
    const plain = names.slice(0, names.length - jsonColumns.length)
    if (names.slice(plain.length).some((name) => !jsonColumns.some((json) => json === name)))
      throw new Error('the columns that hold JSON are the last of a query')
    const row = sql`json_array(${sql.join(plain.map(column))})`
    const nested = sql.join(names.slice(plain.length).map(column), sql` || ',' || `)
    // As text: `json()` would read the nested JSON again, each time it is nested.
    const whole = jsonColumns.length === 0 ? row : sql`rtrim(${row}, ']') || ',' || ${nested} || ']'`
    return sql`(select '[' || coalesce(group_concat(${whole}), '') || ']' from ${query} as agg)`
  },
  matchesText: (modelId, match) => sql`${modelId} in (select rowid from model_text where model_text match ${match})`,
  textMatches: (match) => sql`(select rowid as id from model_text where model_text match ${match})`,
  textMatch: (typed, where) => {
    const words = typed.normalize('NFKC').match(/[\p{L}\p{N}\p{M}]+/gu)
    const match = words
      ? dropRedundantPrefixes(words)
          .map((word) => `"${word}"*`)
          .join(' ')
      : undefined
    return match !== undefined && where === 'name' ? `name : (${match})` : match
  },
  putModelText: (modelId, text) => [
    sql`delete from model_text where rowid = ${modelId}`,
    sql`insert into model_text (rowid, name, creator, tags, trained_words, file_names)
        values (${modelId}, ${text.name}, ${text.creator}, ${text.tags}, ${text.trainedWords}, ${text.fileNames})`,
  ],
  removeModelText: (modelId) => sql`delete from model_text where rowid = ${modelId}`,
}

/** More words than anybody searches for. */
const maxSearchWords = 32

/** Without the words that begin others, which hold with them: each word costs the walk of what it matches. */
function dropRedundantPrefixes(words: readonly string[]): string[] {
  const distinct = [...new Set(words.map((word) => word.toLowerCase()))].slice(0, maxSearchWords)
  return distinct.filter((word) => !distinct.some((other) => other !== word && other.startsWith(word)))
}

/** The names that a query's columns come out under. */
function selectedNames(query: SelectQueryNode): string[] {
  return (query.selections ?? []).map(({ selection }) => {
    if (ReferenceNode.is(selection) && ColumnNode.is(selection.column)) return selection.column.column.name
    if (AliasNode.is(selection) && IdentifierNode.is(selection.alias)) return selection.alias.name
    throw new Error('each column of a subquery that becomes JSON needs a name')
  })
}
