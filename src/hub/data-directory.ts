import type { KeyObject } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openServerSecret } from '../auth/server-secret.ts'
import type { Config } from '../config/config.ts'
import type { Database, OnStatement } from '../db/database.ts'
import type { Waiters } from '../db/read-queue.ts'
import { openSqliteDatabase } from '../db/sqlite/open.ts'

/** The data directory of a hub with its database and server secret. Several processes can have it open. */
export interface DataDirectory {
  directory: string
  database: Database
  serverSecret: KeyObject
  close(): Promise<void>
}

/**
 * Opens the data directory. Creates it on first use with permissions for its owner only, the database too; existing files
 * keep their permissions. `processes`: how many processes serve it. `onStatement` is called for each executed statement;
 * `waiters` returns the clients that the running task reads for.
 */
export async function openDataDirectory(
  config: Pick<Config, 'data' | 'database'>,
  options: { processes?: number; onStatement?: OnStatement | undefined; waiters?: () => Waiters | undefined } = {},
): Promise<DataDirectory> {
  const directory = resolve(config.data)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const serverSecret = await openServerSecret(directory)
  const file = resolve(config.database?.slice('sqlite:'.length) ?? join(directory, 'modelkeep.db'))
  // SQLite gives the files it writes next to the database the permissions of this file.
  await (await open(file, 'a', 0o600)).close()
  const database = await openSqliteDatabase(file, options)
  return { directory, database, serverSecret, close: () => database.close() }
}
