import { sql } from 'kysely'
import type { Database, QueryOf } from '../../src/db/database.ts'
import { prepareStatement } from '../../src/db/prepared-statement.ts'

/** A database whose prepared statements are written down, each text once. */
export function recordStatements(database: Database): { recording: Database; statements: Set<string> } {
  const statements = new Set<string>()
  const note = (build: QueryOf<never, unknown>) =>
    statements.add(prepareStatement<never, unknown>((values) => build(database.kysely, values)).sql)
  const noting =
    (prepare: Database['search']): Database['search'] =>
    (build) => {
      note(build as never)
      return prepare(build)
    }
  const recording: Database = {
    ...database,
    lookup: noting(database.lookup),
    keptLookup: noting(database.keptLookup),
    search: noting(database.search),
    reading(queries) {
      for (const build of Object.values(queries)) note(build as never)
      return database.reading(queries)
    },
  }
  return { recording, statements }
}

/** The steps of a statement's plan, as SQLite tells them. */
export async function planOf({ kysely }: Database, statement: string): Promise<string[]> {
  const { rows } = await sql.raw<{ detail: string }>(`explain query plan ${statement}`).execute(kysely)
  return rows.map(({ detail }) => detail)
}
