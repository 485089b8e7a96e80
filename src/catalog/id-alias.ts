import { type Expression, sql } from 'kysely'
import type { Schema } from '../db/schema.ts'
import type { SqlDialect } from '../db/sql-dialect.ts'

type Kind = Schema['id_alias']['kind']

/**
 * The id that a row has now: one that was replaced resolves to its successor, any other to itself. By the key of
 * `id_alias`, which holds no id that a row has.
 */
export const currentId = (kind: Kind, id: Expression<number>) =>
  sql<number>`coalesce((select new_id from id_alias where kind = ${sql.lit(kind)} and old_id = ${id}), ${id})`

/** The condition that a column has one of the ids of a JSON array text, each resolved like {@link currentId}. */
export const isCurrentIdOf = (
  engine: SqlDialect,
  kind: Kind,
  { column, ids }: { column: Expression<unknown>; ids: Expression<unknown> },
) =>
  sql<boolean>`${column} in (
    select coalesce(id_alias.new_id, wanted.value) from ${engine.valuesOf(ids)} as wanted
    left join id_alias on id_alias.kind = ${sql.lit(kind)} and id_alias.old_id = wanted.value
  )`
