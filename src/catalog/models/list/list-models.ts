import { LRUCache } from 'lru-cache'
import type { Database, PreparedQuery, RunTask } from '../../../db/database.ts'
import { orderOfCursor, readCursor, writeCursor } from '../../cursor.ts'
import type { ModelSort } from '../../enums.ts'
import { openSelectivityCounter, pickDriver } from '../../plan-selection.ts'
import { maxSortableModels, modelCandidateSources } from './candidate-sources.ts'
import { type FilterValues, filterValues, type ModelFilter } from './filter.ts'
import type { ListedValues } from './hydrate.ts'
import { hydrateQueries } from './hydrate-queries.ts'
import type { PageRow, PageShape, PageValues } from './page-shape.ts'
import { keyCountOf, type ModelSortOrder, orderValues } from './sort.ts'
import { pageQuery } from './statement.ts'
import { openTextSearch } from './text-search.ts'
import type { PageTaskAddress } from './worker-task.ts'

/** Which part of a list is asked for. */
export interface PageRequest {
  sort: ModelSort
  limit: number
  /** Where the page before ended; without it the page begins at `offset`. */
  cursor?: string | undefined
  offset?: number | undefined
}

export interface ModelPage<Made> {
  /** What was made of its models. */
  made: Made
  /** Absent on the last page. */
  nextCursor?: string
}

/** What is made of the models of a page, on the thread that reads them. */
export interface MakePage<Options, Made> {
  task: PageTaskAddress<Options, Made>
  options: (page: { nextCursor?: string }) => Options
}

export type ListModels = <Options, Made>(
  filter: ModelFilter,
  page: PageRequest,
  make: MakePage<Options, Made>,
) => Promise<ModelPage<Made>>

/** Of so many newest hits for each model of a page one is to be shown. */
const hitsTried = 8
/** How many shapes of lists stay prepared; a hub's clients use a few dozen. */
const shapesKept = 500

export interface ModelListContext {
  database: Database
  /** Unix milliseconds. */
  now: () => number
  /** How many models of a filter are put in order rather than met along the order. */
  few?: number
}

/**
 * Lists of models. Each shape of filter and order is built and compiled once.
 * @throws BadCursor from the listing, for a cursor of another order or none at all
 */
export function openModelLists({ database, now, few = maxSortableModels }: ModelListContext): ListModels {
  const { engine } = database
  const prepared = new LRUCache<string, PreparedQuery<PageValues, PageRow>>({ max: shapesKept })
  const runTask: RunTask<ListedValues> = database.reading(hydrateQueries(engine))
  const countFew = openSelectivityCounter(database, modelCandidateSources(engine), few)
  const findHits = openTextSearch(database, few)

  const queryOf = (shape: PageShape) => {
    const key = [shape.order, shape.continues, shape.lead, ...shape.filters].join()
    const known = prepared.get(key)
    if (known) return known
    // Only the values that the shape's conditions name are read when it runs.
    const query = database.search(pageQuery(shape, engine)) as unknown as PreparedQuery<PageValues, PageRow>
    prepared.set(key, query)
    return query
  }

  /** How the models of a filter are sought; undefined where none can be found. */
  const seek = async (
    filtered: FilterValues,
    { sort, continued }: { sort: ModelSort; continued: ModelSortOrder | undefined },
  ): Promise<Sought | undefined> => {
    const { match, ...others } = filtered
    // A walk that began by id goes on by id.
    const hits = match === undefined || continued === 'Common Words' ? undefined : await findHits(match)
    if (hits?.isAll && hits.ids.length === 0) return undefined
    const counts = await countFew(others)
    // All filters have to hold, and one has no model.
    if (counts.some(({ rows }) => rows === 0)) return undefined

    if (hits?.isAll) counts.push({ name: 'hits', rows: hits.ids.length })
    const lead = pickDriver(counts, few)?.name
    const order = continued ?? (!hits ? sort : hits.isAll ? 'Relevance' : 'Common Words')
    return {
      order,
      // A walk that began while its words were rare goes on in its order.
      lead: lead ?? (order === 'Relevance' ? 'match' : undefined),
      values: hits?.isAll ? { ...others, hits: JSON.stringify(hits.ids) } : filtered,
      newest: hits && order === 'Common Words' && !lead ? { others, ids: hits.ids } : undefined,
    }
  }

  return async (filter, { sort, limit, cursor, offset = 0 }, { task, options }) => {
    const page = async (ids: readonly number[], filtered?: FilterValues, next: { nextCursor?: string } = {}) => {
      const shown = { ids, levels: filter.levels, baseModels: filtered?.baseModels }
      return { made: await runTask(task, { shown, options: options(next) }), ...next }
    }
    const continued =
      cursor === undefined ? undefined : readModelCursor(cursor, filter.query === undefined ? [sort] : searchOrders)
    const filtered = filterValues(filter, engine, now())
    if (limit === 0 || !filtered) return page([])
    const sought = await seek(filtered, { sort, continued: continued?.order })
    if (!sought) return page([])

    const { order, lead, values, newest } = sought
    const rowsAmong = (among: FilterValues) =>
      queryOf({
        order,
        filters: Object.keys(among) as (keyof FilterValues)[],
        continues: continued !== undefined,
        lead,
      }).all({
        ...among,
        ...(filter.query !== undefined && orderValues(filter.query, engine)),
        ...Object.fromEntries(continued?.keys.map((key, index) => [`after_${index}`, key]) ?? []),
        count: limit + 1,
        offset: continued ? 0 : offset,
      })
    const tried = newest?.ids.slice(0, hitsTried * limit) ?? []
    const found = newest && tried.length > 0 ? await rowsAmong({ ...newest.others, hits: JSON.stringify(tried) }) : []
    const rows = found.length > limit ? found : await rowsAmong(values)
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    const ids = shown.map((row) => keysOf(row, order).at(-1) as number)
    const isLast = rows.length <= limit || !last
    return page(ids, filtered, isLast ? {} : { nextCursor: writeCursor({ order, keys: keysOf(last, order) }) })
  }
}

/** How models are sought. */
interface Sought {
  order: ModelSortOrder
  /** Which of the values' sources is read first, where one is better than the order. */
  lead: PageShape['lead']
  values: FilterValues
  /** Of common words the newest hits, which mostly fill a page, and what has to hold beside. */
  newest: { others: FilterValues; ids: readonly number[] } | undefined
}

const searchOrders = ['Relevance', 'Common Words'] as const

/** The order that a walk began in, one of those that it can have, and where the page before ended. */
function readModelCursor(cursor: string, orders: readonly [ModelSortOrder, ...ModelSortOrder[]]) {
  const named = orderOfCursor(cursor)
  const order = orders.find((possible) => possible === named) ?? orders[0]
  return { order, keys: readCursor(cursor, { order, keyCount: keyCountOf(order) }) }
}

const keysOf = (row: PageRow, order: ModelSortOrder): number[] =>
  Array.from({ length: keyCountOf(order) }, (_, index) => row[`key_${index}`] as number)
