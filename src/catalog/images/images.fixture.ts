import assert from 'node:assert/strict'
import type { Updateable } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { ImageTable } from '../../db/tables/catalog.ts'
import { withModels } from '../models/models.fixture.ts'
import type { ImageFilter } from './filter.ts'
import { type ImagePage, openImages, type PageRequest } from './list-images.ts'

/** An empty catalog with its images, while `run` runs; the clock stands at the first of July 2026. */
export interface ImagesFixture {
  database: Database
  now: number
  list(filter?: Partial<ImageFilter>, page?: Partial<PageRequest>): Promise<ImagePage>
  /** The ids of a page, as the list gives them. */
  idsOf(filter?: Partial<ImageFilter>, page?: Partial<PageRequest>): Promise<number[]>
  /** Says that an image was made with versions. */
  link(imageId: number, versionIds: readonly number[]): Promise<unknown>
  change(imageId: number, columns: Updateable<ImageTable>): Promise<unknown>
}

export const withImages = (run: (fixture: ImagesFixture) => Promise<void>): Promise<void> =>
  withModels(async ({ database, now }) => {
    const images = openImages({ database, now: () => now })
    const walking = openImages({ database, now: () => now, few: 0 })
    const list: ImagesFixture['list'] = async (filter, page) => {
      const parts = { meta: false, tags: false }
      const asked = [
        { levels: 31, ...filter },
        { sort: 'Newest', limit: 200, parts, ...page },
      ] as const
      const found = await images.list(...asked)
      assert.deepEqual(await walking.list(...asked), found, 'whether a filter leads or the order is walked')
      return found
    }
    await run({
      database,
      now,
      list,
      idsOf: async (filter, page) => (await list(filter, page)).images.map(({ id }) => id),
      link: (image_id, versionIds) =>
        database.write((transaction) =>
          transaction
            .insertInto('image_version')
            .values(versionIds.map((version_id) => ({ image_id, version_id })))
            .execute(),
        ),
      change: (id, columns) =>
        database.write((transaction) => transaction.updateTable('image').set(columns).where('id', '=', id).execute()),
    })
  })
