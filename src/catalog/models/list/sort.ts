import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely'
import type { BindPlaceholder } from '../../../db/prepared-statement.ts'
import type { Schema } from '../../../db/schema.ts'
import type { SqlDialect } from '../../../db/sql-dialect.ts'
import type { ModelSort } from '../../enums.ts'
import { searchedText } from '../../file-stems.ts'
import { escapeLikePattern } from '../../name-pattern.ts'

/**
 * The orders that lists of models come in. Each is a few keys, all rising or all falling, and at last the id, which
 * falls (contract §2: ties by id, descending).
 */
export type ModelSortOrder = ModelSort | SearchOrder

/**
 * A search is in the order of relevance, unless its words are so common that to put all that match in order would take
 * as long as the catalog is large: then models whose name was typed come first, and the others newest first, by id.
 */
export type SearchOrder = 'Relevance' | 'Common Words'

/** What the order of a search binds. */
export interface OrderValues {
  /** What was typed, in lower case. */
  typed: string
  /** As a pattern for names that begin with it. */
  typedPrefix: string
  /** As a match of names that hold all its words. */
  nameMatch: string
}

/** The keys of an order, without the id. Each but relevance is what an index of `model` is made of. */
export function orderKeys(
  order: ModelSortOrder,
  context: { engine: SqlDialect; model: ExpressionBuilder<Schema, 'model'>; values: BindPlaceholder<OrderValues> },
): RawBuilder<number>[] {
  if (order === 'Relevance') return [relevance(context), sql.ref('model.download_count')]
  if (order === 'Common Words') return [sql<number>`(case when ${isExactName(context.values)} then 1 else 0 end)`]
  return columnsOf[order].map((column) => sql.ref(`model.${column}`))
}

/** Whether the keys of the order rise; the id falls in each. */
export const isAscending = (order: ModelSortOrder): boolean => order === 'Oldest'

/** How many values a cursor of the order holds. */
export const keyCountOf = (order: ModelSortOrder): number =>
  1 + (order in keysOfSearch ? keysOfSearch[order as SearchOrder] : columnsOf[order as ModelSort].length)

/** Whether the name of a model is what was typed. Served by the index `model_name`. */
export const isExactName = (values: BindPlaceholder<OrderValues>): RawBuilder<boolean> =>
  sql<boolean>`lower(model.name) = ${values('typed')}`

/** What a search binds for its order; `engine.textMatch` found words in `query`. */
export function orderValues(query: string, engine: SqlDialect): OrderValues {
  const typed = query.trim().replace(/\s+/g, ' ').toLowerCase()
  return {
    typed,
    typedPrefix: `${escapeLikePattern(typed)}%`,
    nameMatch: engine.textMatch(searchedText(query), 'name') ?? '',
  }
}

const keysOfSearch = { Relevance: 2, 'Common Words': 1 } as const satisfies Record<SearchOrder, number>

const columnsOf = {
  'Highest Rated': ['thumbs_up_count', 'download_count'],
  'Most Liked': ['thumbs_up_count', 'download_count'],
  'Most Downloaded': ['download_count', 'thumbs_up_count'],
  'Most Discussed': ['comment_count', 'thumbs_up_count'],
  'Most Collected': ['collected_count', 'thumbs_up_count'],
  'Most Images': ['image_count', 'thumbs_up_count'],
  Newest: ['last_version_at'],
  Oldest: ['last_version_at'],
} as const

/**
 * How well a name fits what was typed: it is the name, the name begins with it, its words are all in the name, or they
 * are elsewhere (creator, tags, trained words) too. Ranks that weigh words against the whole catalog would move while
 * models are added, and a walk by cursor would lose rows.
 */
const relevance = ({
  engine,
  model,
  values,
}: {
  engine: SqlDialect
  model: ExpressionBuilder<Schema, 'model'>
  values: BindPlaceholder<OrderValues>
}) =>
  sql<number>`(case
    when ${isExactName(values)} then 3
    when lower(model.name) like ${values('typedPrefix')} escape '\\' then 2
    when ${engine.matchesText(model.ref('model.id'), values('nameMatch'))} then 1
    else 0 end)`
