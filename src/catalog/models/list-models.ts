import { LRUCache } from 'lru-cache'
import type { Database, PreparedQuery } from '../../db/database.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import type { ModelSort } from '../enums.ts'
import { type FilterValues, filterValues, type ModelFilter } from './filter.ts'
import { keyCountOf, type ModelOrder, orderValues, rises } from './order.ts'
import { type PageRow, type PageShape, type PageValues, pageQuery } from './page-query.ts'
import { modelRecord } from './record-queries.ts'
import type { ModelRecord } from './records.ts'

/** Which part of a list is asked for. */
export interface PageRequest {
  sort: ModelSort
  limit: number
  /** Where the page before ended; without it the page begins at `offset`. */
  cursor?: string | undefined
  offset?: number | undefined
}

export interface ModelPage {
  models: ModelRecord[]
  /** Absent on the last page. */
  nextCursor?: string
}

export type ListModels = (filter: ModelFilter, page: PageRequest) => Promise<ModelPage>

/** How many shapes of lists stay prepared; a hub's clients use a few dozen. */
const shapesKept = 500

/**
 * Lists of models. Each shape of filter and order is built and compiled once.
 * @throws BadCursor from the listing, for a cursor of another order or none at all
 */
export function openModelLists(database: Database, now: () => number): ListModels {
  const prepared = new LRUCache<string, PreparedQuery<PageValues, PageRow>>({ max: shapesKept })

  const queryOf = (shape: PageShape) => {
    const key = [shape.order, shape.continues, ...shape.filters].join()
    const known = prepared.get(key)
    if (known) return known
    // Only the values that the shape's conditions name are read when it runs.
    const query = database.search(pageQuery(shape, database.engine)) as unknown as PreparedQuery<PageValues, PageRow>
    prepared.set(key, query)
    return query
  }

  return async (filter, { sort, limit, cursor, offset = 0 }) => {
    const order: ModelOrder = filter.query === undefined ? sort : 'Relevance'
    const keyCount = keyCountOf(order)
    const after = cursor === undefined ? undefined : readCursor(cursor, { order, keyCount })
    const filtered = filterValues(filter, database.engine, now())
    if (limit === 0 || !filtered) return { models: [] }

    const filters = Object.keys(filtered) as (keyof FilterValues)[]
    const rows = await queryOf({ order, filters, continues: after !== undefined }).all({
      ...filtered,
      ...(filter.query !== undefined && orderValues(filter.query, database.engine)),
      ...Object.fromEntries(after?.map((key, index) => [`after_${index}`, key]) ?? []),
      count: limit + 1,
      offset: after ? 0 : offset,
    })
    const found = inOrder(rows, order)
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    return {
      models: shown.map(({ row }) => modelRecord(row)),
      ...(found.length > limit && last && { nextCursor: writeCursor({ order, keys: last.keys }) }),
    }
  }
}

/** Rows with their keys, as the order wants them. */
function inOrder(rows: readonly PageRow[], order: ModelOrder): { row: PageRow; keys: number[] }[] {
  const lastKey = keyCountOf(order) - 1
  const compare = (one: number[], other: number[]) => {
    const index = one.findIndex((key, at) => key !== other[at])
    if (index < 0) return 0
    const rise = (one[index] as number) - (other[index] as number)
    return index < lastKey && rises(order) ? rise : -rise
  }
  return rows
    .map((row) => ({ row, keys: Array.from({ length: lastKey + 1 }, (_, index) => row[`key_${index}`] as number) }))
    .sort((one, other) => compare(one.keys, other.keys))
}
