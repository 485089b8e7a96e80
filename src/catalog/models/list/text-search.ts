import { sql } from 'kysely'
import type { Database } from '../../../db/database.ts'
import type { BindPlaceholder } from '../../../db/prepared-statement.ts'

/** What a text search finds: the ids of models, newest first. */
export interface TextMatches {
  ids: readonly number[]
  /** Whether these are all. */
  isAll: boolean
}

/**
 * Finds what matches a text, `most` models at most. To walk through the text index costs more than all that a page of a search does
 * besides, so it is done once: how many there are decides their order, and which they are is then known.
 */
export function openTextSearch(database: Database, most: number): (match: string) => Promise<TextMatches> {
  const { engine } = database
  const newest = database.search((query, values: BindPlaceholder<{ match: string }>) =>
    query
      .selectFrom(
        query
          .selectFrom(engine.textMatches(values('match')).as('hit'))
          .select('hit.id')
          .orderBy('hit.id', 'desc')
          .limit(sql.lit(most + 1))
          .as('counted'),
      )
      .select((counted) => engine.jsonArrayOf(counted.ref('counted.id')).as('ids')),
  )
  return async (match) => {
    const ids: number[] = JSON.parse((await newest.first({ match }))?.ids ?? '[]')
    return { ids: ids.slice(0, most), isAll: ids.length <= most }
  }
}
