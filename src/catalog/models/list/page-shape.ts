import type { FilterValues } from './filter.ts'
import type { ModelSortOrder, OrderValues } from './sort.ts'

/** What decides the text of a page's query; everything else is bound. */
export interface PageShape {
  order: ModelSortOrder
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

/** A model of the page: the keys of its order, and its id as the last. */
export type PageRow = { [key: `key_${number}`]: number }
