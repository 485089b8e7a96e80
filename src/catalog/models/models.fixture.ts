import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../db/database.ts'
import { openSqliteDatabase } from '../../db/sqlite/open.ts'
import { everyLevel } from '../nsfw/browsing-level.ts'
import type { ModelFilter } from './list/filter.ts'
import { asRecords } from './list/hydrate.fixture.ts'
import type { PageRequest } from './list/list-models.ts'
import { type Models, openModels } from './open-models.ts'

/** An empty catalog with its models, while `run` runs; the clock stands at the first of July 2026. */
export interface ModelsFixture {
  database: Database
  models: Models
  now: number
  /** The ids of a page, as the list gives them, whether a filter leads or the order is walked. */
  idsOf(filter: Partial<ModelFilter>, page?: Partial<PageRequest>): Promise<number[]>
}

/** With `few: 0` no filter leads, and every search is of common words. */
export async function withModels(
  run: (fixture: ModelsFixture) => Promise<void>,
  { few }: { few?: number } = {},
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-models-'))
  const database = await openSqliteDatabase(join(directory, 'modelkeep.db'))
  const now = Date.UTC(2026, 6, 1)
  const models = openModels({ database, now: () => now, ...(few !== undefined && { few }) })
  const walking = openModels({ database, now: () => now, few: 0 })
  try {
    await run({
      database,
      models,
      now,
      async idsOf(filter, page) {
        const asked = [
          { levels: everyLevel, ...filter },
          { sort: 'Newest', limit: 100, ...page },
        ] as const
        const ids = (await models.list(...asked, asRecords)).made.map(({ id }) => id)
        const met = (await walking.list(...asked, asRecords)).made.map(({ id }) => id)
        // Searches have another order where their words are common.
        if (filter.query === undefined) assert.deepEqual(met, ids)
        else if (page?.limit === undefined) assert.deepEqual(met.toSorted(), ids.toSorted())
        return ids
      },
    })
  } finally {
    await database.close()
    await rm(directory, { recursive: true })
  }
}
