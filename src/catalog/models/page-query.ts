import { type ExpressionBuilder, type Kysely, type RawBuilder, sql } from 'kysely'
import type { QueryOf } from '../../db/database.ts'
import type { EngineSql } from '../../db/engine.ts'
import type { PlaceholderOf } from '../../db/prepared.ts'
import type { Schema } from '../../db/schema.ts'
import { type FilterValues, filterConditions } from './filter.ts'
import { keyCountOf, type ModelOrder, type OrderValues, orderKeys, rises } from './order.ts'
import { type ModelParts, partsOfModel } from './record-queries.ts'
import { type ModelRecord, modelColumns } from './records.ts'

/** What decides the text of a page's query; everything else is bound. */
export interface PageShape {
  order: ModelOrder
  filters: readonly (keyof FilterValues)[]
  /** Whether the page begins behind a cursor. */
  continues: boolean
}

/** What a page's query binds. */
export type PageValues = FilterValues &
  Partial<OrderValues> & {
    /** Most rows of the page, one more than is shown, to learn whether there are more. */
    count: number
    offset: number
    /** The cursor's keys, by number. */
    [after: `after_${number}`]: number
  }

/** A model of the page with its keys in the order, as JSON texts. */
export type PageRow = Omit<ModelRecord, 'allow_commercial_use' | keyof ModelParts> &
  ModelParts & { allow_commercial_use: string; [key: `key_${number}`]: number }

/**
 * The query of a page. It first finds the ids of the page, by the index of the order (`model_rated` and so on) or from
 * the few models that a filter names, and then builds the records of these ids alone: the cost follows the page.
 * Rows come in no particular order.
 */
export const pageQuery =
  (shape: PageShape, engine: EngineSql): QueryOf<Required<PageValues>, PageRow> =>
  (query, values) => {
    const lastKey = keyCountOf(shape.order) - 1
    const found = query
      .with('page', () => pageIds(query, shape, engine, values))
      .selectFrom('page')
      .innerJoin('model', 'model.id', sql.ref(`page.key_${lastKey}`) as never)
      .selectAll('page')
      .select([...modelColumns])
      // The builder's view of the surrounding tables is narrowed to the one that the parts refer to.
      .select((model) =>
        partsOfModel(engine, model as never, {
          levels: values('levels'),
          withoutFiles: false,
          ...(shape.filters.includes('baseModels') && { baseModels: values('baseModels') }),
        }),
      )
    return found as never
  }

/**
 * The ids of the page, one more than it shows, as `key_N` behind the other keys of the order.
 *
 * What lies behind a cursor is said in two parts, merged: rows that tie with it in all but the id, and rows behind those.
 * SQLite seeks an index by a row comparison only up to its primary key, and a library where nobody has rated anything is
 * one long tie.
 */
function pageIds(
  query: Kysely<Schema>,
  { order, filters, continues }: PageShape,
  engine: EngineSql,
  values: PlaceholderOf<Required<PageValues>>,
) {
  const id = sql.ref<number>('model.id')
  const keyNumbers = Array.from({ length: keyCountOf(order) }, (_, index) => index)
  const [afterId, ...afterKeys] = keyNumbers.map((index) => values(`after_${index}`)).reverse()
  const after = sql.join(afterKeys.reverse())

  const keysOf = (model: Model) => sql.join(orderKeys(order, { engine, model, values }))
  const matching = (behind?: (keys: RawBuilder<unknown>) => RawBuilder<boolean>) => {
    const rows = query
      .selectFrom('model')
      .select((model) =>
        [...orderKeys(order, { engine, model, values }), id].map((key, index) => key.as(`key_${index}`)),
      )
      .where('model.listed', '=', 1)
      .where('model.availability', '<>', 'Private')
      .where((model) => model.and(filterConditions(filters, { engine, model, values })))
    return behind ? rows.where((model) => behind(keysOf(model))) : rows
  }

  const comparison = rises(order) ? sql`>` : sql`<`
  let ids = !continues
    ? matching()
    : order === 'Relevance' // no index knows this order
      ? matching((keys) => sql`(${keys}, ${id}) < (${after}, ${afterId})`)
      : matching((keys) => sql`(${keys}) = (${after}) and ${id} < ${afterId}`).unionAll(
          matching((keys) => sql`(${keys}) ${comparison} (${after})`),
        )
  const lastKey = keyNumbers.length - 1
  for (const index of keyNumbers)
    ids = ids.orderBy(sql.ref(`key_${index}`), index < lastKey && rises(order) ? 'asc' : 'desc')
  return ids.limit(values('count')).offset(values('offset'))
}

type Model = ExpressionBuilder<Schema, 'model'>
