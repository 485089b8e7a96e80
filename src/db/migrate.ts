import { type Kysely, sql } from 'kysely'
import { migrations } from './migrations/index.ts'
import type { Schema } from './schema.ts'
import type { SqlDialect } from './sql-dialect.ts'

/** The database was written by a later version of the program, whose tables this one does not know. */
export class NewerSchema extends Error {
  override name = 'NewerSchema'
  constructor(found: number, known: number) {
    super(`The database has schema ${found}, this program knows up to ${known}: start a newer modelkeep on it.`)
  }
}

/** Brings the database up to the newest schema, forward only, in one transaction that other starters wait for. */
export async function migrate(kysely: Kysely<Schema>, engine: SqlDialect): Promise<void> {
  const known = Math.max(...migrations.map(({ id }) => id))
  await kysely.transaction().execute(async (transaction) => {
    await sql`create table if not exists migration (
      id integer primary key, name text not null, applied_at bigint not null
    )`.execute(transaction)
    const rows = await transaction.selectFrom('migration').select('id').execute()
    const applied = new Set(rows.map(({ id }) => id))
    const newest = Math.max(0, ...applied)
    if (newest > known) throw new NewerSchema(newest, known)
    for (const { id, name, statements } of migrations.filter((migration) => !applied.has(migration.id))) {
      for (const statement of statements(engine)) await sql.raw(statement).execute(transaction)
      await transaction.insertInto('migration').values({ id, name, applied_at: Date.now() }).execute()
    }
  })
}
