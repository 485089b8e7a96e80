import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../db/database.ts'
import { openSqliteDatabase } from '../../db/sqlite/open.ts'
import { everyLevel } from '../nsfw/browsing-level.ts'
import type { ModelFilter } from './filter.ts'
import type { PageRequest } from './list-models.ts'
import { type Models, openModels } from './open-models.ts'

/** An empty catalog with its models, while `run` runs; the clock stands at the first of July 2026. */
export interface ModelsFixture {
  database: Database
  models: Models
  now: number
  /** The ids of a page, as the list gives them. */
  idsOf(filter: Partial<ModelFilter>, page?: Partial<PageRequest>): Promise<number[]>
}

export async function withModels(run: (fixture: ModelsFixture) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-models-'))
  const database = await openSqliteDatabase(join(directory, 'modelkeep.db'))
  const now = Date.UTC(2026, 6, 1)
  const models = openModels({ database, now: () => now })
  try {
    await run({
      database,
      models,
      now,
      async idsOf(filter, page) {
        const found = await models.list({ levels: everyLevel, ...filter }, { sort: 'Newest', limit: 100, ...page })
        return found.models.map(({ id }) => id)
      },
    })
  } finally {
    await database.close()
    await rm(directory, { recursive: true })
  }
}
