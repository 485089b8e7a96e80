import { sql } from 'kysely'
import type { QueryOf } from '../../db/database.ts'
import type { EngineSql } from '../../db/engine.ts'
import type { FilterValues } from './filter.ts'
import { keyCountOf, type ModelOrder, type OrderValues } from './order.ts'
import { pageIds } from './page-ids.ts'
import { type ModelParts, partsOfModel } from './record-queries.ts'
import { type ModelRecord, modelColumns } from './records.ts'

/** What decides the text of a page's query; everything else is bound. */
export interface PageShape {
  order: ModelOrder
  filters: readonly (keyof FilterValues)[]
  /** Whether the page begins behind a cursor. */
  continues: boolean
  /** The filter whose models, few ones, are put in order; without one the order itself is walked. */
  lead?: (keyof FilterValues & string) | undefined
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
 * The query of a page. It first finds the ids of the page (`page-ids.ts`), and then builds the records of these ids alone: the cost follows the page.
 * Rows come in no particular order.
 */
export const pageQuery =
  (shape: PageShape, engine: EngineSql): QueryOf<Required<PageValues>, PageRow> =>
  (query, values) => {
    const lastKey = keyCountOf(shape.order) - 1
    const found = query
      .with('page', () => pageIds({ query, shape, engine, values }) as never)
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
