import type { SqlDialect } from '../sql-dialect.ts'

/** The ids of files that left the library, so that the same bytes get them again when they come back. */
export const droppedFiles = (_engine: SqlDialect): string[] => [
  `create table dropped_file (
    sha256 text not null primary key,
    model_id integer not null,
    version_id integer not null,
    file_id integer not null,
    dropped_at bigint not null
  )`,
]
