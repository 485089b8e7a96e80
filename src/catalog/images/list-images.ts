import { LRUCache } from 'lru-cache'
import type { Database, PreparedQuery } from '../../db/database.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import type { ImageSort } from '../enums.ts'
import { openSelectivityCounter, pickDriver } from '../plan-selection.ts'
import { imageCandidateSources, maxSortableImages } from './candidate-sources.ts'
import { type FilterValues, filterValues, type ImageFilter } from './filter.ts'
import { type FindPost, openFindPost } from './find-post.ts'
import type { ImageParts, ListedImage } from './rows.ts'
import { isAscending, listedImage, type PageRow, type PageShape, type PageValues, pageQuery } from './statement.ts'

/** Which part of a list is asked for, and how much of each image. */
export interface PageRequest {
  sort: ImageSort
  limit: number
  /** Where the page before ended; without it the page begins at `offset`. */
  cursor?: string | undefined
  offset?: number | undefined
  parts: ImageParts
}

export interface ImagePage {
  images: ListedImage[]
  /** Absent on the last page. */
  nextCursor?: string
}

/** The images of the catalog, as far as the public may see them. */
export interface Images {
  /** @throws BadCursor for a cursor of another order or none at all */
  list(filter: ImageFilter, page: PageRequest): Promise<ImagePage>
  findPost: FindPost
}

/** How many shapes of lists stay prepared; a hub's clients use a few dozen. */
const shapesKept = 500

/** A cursor holds the key of its order and the id. */
const keyCount = 2

/**
 * Each shape of filter and order is built and compiled once. `now` gives Unix milliseconds; `few` is how many images of a
 * filter are put in order rather than met along the order.
 */
export function openImages({
  database,
  now,
  few = maxSortableImages,
}: {
  database: Database
  now: () => number
  few?: number
}): Images {
  const prepared = new LRUCache<string, PreparedQuery<PageValues, PageRow>>({ max: shapesKept })

  const countFew = openSelectivityCounter(database, imageCandidateSources(database.engine), few)

  const queryOf = (shape: PageShape) => {
    const key = [shape.sort, shape.continues, shape.lead, shape.parts.meta, shape.parts.tags, ...shape.filters].join()
    const known = prepared.get(key)
    if (known) return known
    // Only the values that the shape's conditions name are read when it runs.
    const query = database.search(pageQuery(shape, database.engine)) as unknown as PreparedQuery<PageValues, PageRow>
    prepared.set(key, query)
    return query
  }

  return {
    findPost: openFindPost(database),
    async list(filter, { sort, limit, cursor, offset = 0, parts }) {
      const after = cursor === undefined ? undefined : readCursor(cursor, { order: sort, keyCount })
      if (limit === 0) return { images: [] }
      const [afterKey, afterId] = after ?? []
      const filtered = filterValues(filter, now())
      const filters = Object.keys(filtered) as (keyof FilterValues)[]
      const counts = await countFew(filtered)
      // All filters have to hold, and one has no image.
      if (counts.some(({ rows }) => rows === 0)) return { images: [] }
      const lead = pickDriver(counts, few)?.name
      const rows = await queryOf({ sort, filters, continues: after !== undefined, lead, parts }).all({
        ...filtered,
        ...(afterKey !== undefined && afterId !== undefined && { afterKey, afterId }),
        count: limit + 1,
        offset: after ? 0 : offset,
      })
      const shown = inOrder(rows, sort).slice(0, limit)
      const last = shown.at(-1)
      return {
        images: shown.map(listedImage),
        ...(rows.length > limit && last && { nextCursor: writeCursor({ order: sort, keys: [last.key, last.id] }) }),
      }
    },
  }
}

const inOrder = (rows: readonly PageRow[], sort: ImageSort): PageRow[] => {
  const direction = isAscending(sort) ? 1 : -1
  return rows.toSorted((one, other) => direction * (one.key - other.key || one.id - other.id))
}
