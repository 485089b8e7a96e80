import { sql } from 'kysely'
import type { Database } from '../../src/db/database.ts'
import { prepareSql } from '../../src/db/prepared.ts'

/** A database whose prepared statements are written down, each text once. */
export function recordStatements(database: Database): { recording: Database; statements: Set<string> } {
  const statements = new Set<string>()
  const noting =
    (prepare: Database['search']): Database['search'] =>
    (build) => {
      statements.add(prepareSql<never, never>((values) => build(database.kysely, values as never) as never).sql)
      return prepare(build)
    }
  const recording = {
    ...database,
    lookup: noting(database.lookup),
    keptLookup: noting(database.keptLookup),
    search: noting(database.search),
  }
  return { recording, statements }
}

/** The steps of a statement's plan, as SQLite tells them. */
export async function planOf({ kysely }: Database, statement: string): Promise<string[]> {
  const { rows } = await sql.raw<{ detail: string }>(`explain query plan ${statement}`).execute(kysely)
  return rows.map(({ detail }) => detail)
}
