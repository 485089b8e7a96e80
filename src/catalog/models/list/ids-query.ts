import { type ExpressionBuilder, type Kysely, type RawBuilder, sql } from 'kysely'
import type { BindPlaceholder } from '../../../db/prepared-statement.ts'
import type { Schema } from '../../../db/schema.ts'
import type { SqlDialect } from '../../../db/sql-dialect.ts'
import { rowsFrom } from '../../plan-selection.ts'
import { modelCandidateSources } from './candidate-sources.ts'
import { filterConditions } from './filter.ts'
import type { PageShape, PageValues } from './page-shape.ts'
import { isAscending, isExactName, keyCountOf, orderKeys } from './sort.ts'

interface PageContext {
  query: Kysely<Schema>
  shape: PageShape
  engine: SqlDialect
  values: BindPlaceholder<Required<PageValues>>
}

type Model = ExpressionBuilder<Schema, 'model'>

/**
 * The ids of the page, one more than it shows, as `key_N` behind the other keys of the order: from the few models of a
 * filter that leads, from the text index, or by the index of the order (`model_rated` and so on). What is read is bounded
 * by the size of the page and by how few are few.
 */
export function pageIds(context: PageContext) {
  const { shape, values } = context
  if (shape.lead === undefined && shape.order === 'Common Words') return hitsByNewest(context)
  const lastKey = keyCountOf(shape.order) - 1
  let ids = shape.lead === undefined ? alongOrder(context) : underLead(context, shape.lead)
  for (let index = 0; index <= lastKey; index++)
    ids = ids.orderBy(sql.ref(`key_${index}`), index < lastKey && isAscending(shape.order) ? 'asc' : 'desc')
  return ids.limit(values('count')).offset(values('offset'))
}

/** Every model of the filter that leads, to be sorted: these are few. */
function underLead(context: PageContext, lead: NonNullable<PageShape['lead']>) {
  const { query, shape, engine, values } = context
  const found = query
    .selectFrom(rowsFrom(modelCandidateSources(engine), lead)(query, values as never).as('source'))
    .select('source.id')
    .distinct()
    .as('lead')
  const rows = query
    .selectFrom(found)
    // Left to itself, SQLite may walk the order and look for each model among these.
    .crossJoin('model')
    .whereRef('model.id', '=', 'lead.id')
    .select((model) => keysAndId(context, model as never))
    .where((model) => shown(context, model as never, lead === 'match' || lead === 'hits'))
  if (!shape.continues) return rows
  const { after, afterId } = cursorOf(context)
  const comparison = isAscending(shape.order) ? sql`>` : sql`<`
  return rows.where((model) => {
    const keys = sql.join(orderKeys(shape.order, { engine, model: model as never, values }))
    return sql<boolean>`((${keys}) ${comparison} (${after}) or ((${keys}) = (${after}) and model.id < ${afterId}))`
  })
}

/**
 * What lies behind a cursor is said in two parts, merged: rows that tie with it in all but the id, and rows behind those.
 * SQLite seeks an index by a row comparison only up to its primary key, and a library where nobody has rated anything is
 * one long tie.
 */
function alongOrder(context: PageContext) {
  const { query, shape, engine, values } = context
  const matching = (behind?: (keys: RawBuilder<unknown>) => RawBuilder<boolean>) => {
    const rows = query
      .selectFrom('model')
      .select((model) => keysAndId(context, model))
      .where((model) => shown(context, model, false))
    if (!behind) return rows
    return rows.where((model) => behind(sql.join(orderKeys(shape.order, { engine, model, values }))))
  }
  if (!shape.continues) return matching()
  const { after, afterId } = cursorOf(context)
  const comparison = isAscending(shape.order) ? sql`>` : sql`<`
  return matching((keys) => sql`(${keys}) = (${after}) and model.id < ${afterId}`).unionAll(
    matching((keys) => sql`(${keys}) ${comparison} (${after})`),
  )
}

/**
 * What matches common words: models whose name was typed, by the index `model_name`, then all others as the text index
 * gives them, by id, or of its newest hits. Each part ends with the page, and these few rows are put together.
 */
function hitsByNewest(context: PageContext) {
  const { query, shape, engine, values } = context
  const [afterExact, afterId] = [values('after_0'), values('after_1')]
  const behind = (id: string, exact: 0 | 1) =>
    shape.continues
      ? sql<boolean>`${sql.ref(id)} < case when ${afterExact} = ${sql.lit(exact)} then ${afterId} else ${sql.lit(exact ? 0 : Number.MAX_SAFE_INTEGER)} end`
      : sql<boolean>`1 = 1`
  const exact = query
    .selectFrom('model')
    .select((model) => keysAndId(context, model))
    .where((model) => shown(context, model, true))
    .where(isExactName(values))
    .where(behind('model.id', 1))
    .orderBy('model.id', 'desc')
    .limit(values('count'))
  const others = query
    .selectFrom(
      rowsFrom(modelCandidateSources(engine), shape.filters.includes('hits') ? 'hits' : 'match')(
        query,
        values as never,
      ).as('hit'),
    )
    .crossJoin('model')
    .whereRef('model.id', '=', 'hit.id')
    .select((model) => keysAndId(context, model as never))
    .where((model) => shown(context, model as never, true))
    .where(sql<boolean>`not ${isExactName(values)}`)
    .where(behind('hit.id', 0))
    .orderBy('hit.id', 'desc')
    .limit(values('count'))
  return query
    .selectFrom(exact.as('exact'))
    .selectAll()
    .unionAll(query.selectFrom(others.as('others')).selectAll() as never)
    .orderBy(sql.ref('key_0'), 'desc')
    .orderBy(sql.ref('key_1'), 'desc')
    .limit(values('count'))
}

function keysAndId({ shape, engine, values }: PageContext, model: Model) {
  const keys = [...orderKeys(shape.order, { engine, model, values }), sql.ref<number>('model.id')]
  return keys.map((key, index) => key.as(`key_${index}`))
}

/** `findsText`: the models come out of the text index. */
const shown = ({ shape, engine, values }: PageContext, model: Model, findsText: boolean) =>
  model.and([
    model('model.listed', '=', 1),
    model('model.availability', '<>', 'Private'),
    ...filterConditions(shape.filters, { engine, model, values, order: shape.order, findsText }),
  ])

/** The cursor's keys, and its id. */
function cursorOf({ shape, values }: PageContext) {
  const keys = Array.from({ length: keyCountOf(shape.order) }, (_, index) => values(`after_${index}`))
  const afterId = keys.pop() as RawBuilder<number>
  return { after: sql.join(keys), afterId }
}
