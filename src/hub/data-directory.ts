import type { KeyObject } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openServerSecret } from '../auth/server-secret.ts'
import type { Config } from '../config/config.ts'
import type { Database, OnStatement } from '../db/database.ts'
import type { Waiters } from '../db/read-queue.ts'
import { openSqliteDatabase } from '../db/sqlite/open.ts'

/** What a hub keeps: its data directory, database and server secret. Several processes may have it open. */
export interface DataDirectory {
  directory: string
  database: Database
  serverSecret: KeyObject
  close(): Promise<void>
}

/**
 * Opens the data directory, which is made at first use, for its owner alone, as is the database. What is there already keeps
 * the rights that it has. `processes` serve what is in it; `onStatement` is told of what the database ran, `waiters` gives whom it reads for.
 */
export async function openDataDirectory(
  config: Pick<Config, 'data' | 'database'>,
  options: { processes?: number; onStatement?: OnStatement | undefined; waiters?: () => Waiters | undefined } = {},
): Promise<DataDirectory> {
  const directory = resolve(config.data)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const serverSecret = await openServerSecret(directory)
  const file = resolve(config.database?.slice('sqlite:'.length) ?? join(directory, 'modelkeep.db'))
  // SQLite gives what it writes beside the database the rights that this file has.
  await (await open(file, 'a', 0o600)).close()
  const database = await openSqliteDatabase(file, options)
  return { directory, database, serverSecret, close: () => database.close() }
}
