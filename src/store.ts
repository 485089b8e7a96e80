import type { KeyObject } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openServerSecret } from './auth/server-secret.ts'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import { openSqliteDatabase } from './db/sqlite/open.ts'

/** What a hub keeps: its data directory, database and server secret. Several processes may have it open. */
export interface Store {
  directory: string
  database: Database
  serverSecret: KeyObject
  close(): Promise<void>
}

/** Opens the data directory, which is made at first use. `processes` serve what is in it. */
export async function openStore(config: Pick<Config, 'data' | 'database'>, processes = 1): Promise<Store> {
  const directory = resolve(config.data)
  await mkdir(directory, { recursive: true })
  const serverSecret = await openServerSecret(directory)
  const file = config.database?.slice('sqlite:'.length) ?? join(directory, 'modelkeep.db')
  const database = await openSqliteDatabase(resolve(file), { processes })
  return { directory, database, serverSecret, close: () => database.close() }
}
