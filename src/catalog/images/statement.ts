import { type ExpressionBuilder, type Kysely, type QueryCreator, sql } from 'kysely'
import type { QueryOf } from '../../db/database.ts'
import { jsonRows } from '../../db/json-rows.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { Schema } from '../../db/schema.ts'
import type { SqlDialect } from '../../db/sql-dialect.ts'
import type { ImageSort } from '../enums.ts'
import { rowsFrom } from '../plan-selection.ts'
import { imageCandidateSources } from './candidate-sources.ts'
import { creatorOfJoined } from './creator.ts'
import { type FilterValues, filterConditions } from './filter.ts'
import { type ImageParts, imageColumns, type ListedImage, type StillImage } from './rows.ts'

/** What decides the text of a page's query; everything else is bound. */
export interface PageShape {
  sort: ImageSort
  filters: readonly (keyof FilterValues)[]
  /** Whether the page begins behind a cursor. */
  continues: boolean
  /** The filter whose images, few ones, are put in order; without one the order itself is walked. */
  lead?: (keyof FilterValues & string) | undefined
  parts: ImageParts
}

/** What a page's query binds. */
export type PageValues = FilterValues & {
  /** Most rows of the page, one more than is shown, to learn whether there are more. */
  count: number
  offset: number
  /** The cursor's keys. */
  afterKey?: number
  afterId?: number
}

/** An image of the page with its key in the order, what belongs to it as JSON texts. */
export type PageRow = Omit<ListedImage, 'versionIds' | 'meta' | 'tags' | 'still'> & {
  key: number
  version_id: number | null
  linked: string
  meta: string | null
  tags: string
  still_id: number | null
  still_uuid: string | null
  still_extension: string | null
  still_width: number | null
  still_height: number | null
}

/** Each sort is one column and the id, both rising or both falling. An index of `image` begins with the two. */
const columnOf = {
  'Most Reactions': 'reaction_count',
  'Most Comments': 'comment_count',
  'Most Collected': 'collected_count',
  Newest: 'created_at',
  Oldest: 'created_at',
  // Chance gave each image its number once, so that a walk stays in one order.
  Random: 'random_key',
} as const satisfies Record<ImageSort, string>

export const isAscending = (sort: ImageSort): boolean => sort === 'Oldest'

/**
 * The query of a page. It first finds the ids of the page, by the index of the order (`image_reactions` and so on) or
 * among the few images of a filter, and then builds the records of these ids alone: the cost follows the page.
 * Rows come in no particular order.
 */
export const pageQuery =
  (shape: PageShape, engine: SqlDialect): QueryOf<Required<PageValues>, PageRow> =>
  (query, values) =>
    recordsOf(
      query.with('page', () => pageIds({ query, shape, engine, values })),
      { engine, parts: shape.parts },
    )

/** The records of the ids in the expression `page`, each with its `key` there; in no particular order. */
export const recordsOf = (
  query: QueryCreator<Schema & { page: { id: number; key: number } }>,
  { engine, parts }: { engine: SqlDialect; parts: ImageParts },
) =>
  query
    .selectFrom('page')
    .innerJoin('image', 'image.id', 'page.id')
    // By their keys. A viewer of a video has not asked for what only stricter levels show.
    .leftJoin('video_still', 'video_still.video_id', 'image.id')
    .leftJoin('image as still', (join) =>
      join
        .onRef('still.id', '=', 'video_still.still_id')
        .onRef('still.nsfw_level', '<=', 'image.nsfw_level')
        .on('still.nsfw_level', '>', sql.lit(0)),
    )
    .leftJoin('model', 'model.id', 'image.model_id')
    .innerJoin('account', (join) => join.on('account.id', '=', creatorOfJoined))
    .select([...imageColumns])
    .select(['page.key', 'account.username'])
    .select(['still.id as still_id', 'still.uuid as still_uuid', 'still.extension as still_extension'])
    .select(['still.width as still_width', 'still.height as still_height'])
    .select((image) => [
      // Served by the index `image_version_image`.
      engine
        .jsonRowsOf(
          image
            .selectFrom('image_version')
            .select('image_version.version_id as id')
            .whereRef('image_version.image_id', '=', 'image.id')
            .orderBy('image_version.version_id'),
        )
        .as('linked'),
      (parts.meta ? sql.ref<string | null>('image.meta') : sql<string | null>`null`).as('meta'),
      // Served by the index `model_tag_model`.
      (parts.tags
        ? engine.jsonRowsOf(
            image
              .selectFrom('model_tag')
              .innerJoin('tag', 'tag.id', 'model_tag.tag_id')
              .select(['tag.id', 'tag.name'])
              .whereRef('model_tag.model_id', '=', 'image.model_id')
              .orderBy('model_tag.tag_id'),
          )
        : sql<string>`'[]'`
      ).as('tags'),
    ])

/** Reads a row of {@link recordsOf}. */
export function listedImage(row: PageRow): ListedImage {
  const { key: _, version_id: ownId, linked, still_id, still_uuid, still_extension, ...rest } = row
  const { still_width, still_height, ...image } = rest
  const linkedIds = (JSON.parse(linked) as [number][]).map(([id]) => id)
  return {
    ...image,
    // Columns of one row, null together.
    still:
      still_id === null
        ? null
        : ({
            id: still_id,
            uuid: still_uuid,
            extension: still_extension,
            width: still_width,
            height: still_height,
          } as StillImage),
    versionIds: [...new Set(ownId === null ? linkedIds : [ownId, ...linkedIds])],
    meta: row.meta === null ? null : JSON.parse(row.meta),
    tags: jsonRows<ListedImage['tags'][number]>(row.tags, ['id', 'name']),
  }
}

interface PageContext {
  query: Kysely<Schema>
  shape: PageShape
  engine: SqlDialect
  values: BindPlaceholder<Required<PageValues>>
}

/** The ids of the page, one more than it shows, with their keys. */
function pageIds(context: PageContext) {
  const { shape, values } = context
  const direction = isAscending(shape.sort) ? 'asc' : 'desc'
  return (shape.lead === undefined ? alongOrder(context) : underLead(context, shape.lead))
    .orderBy('key', direction)
    .orderBy('id', direction)
    .limit(values('count'))
    .offset(values('offset'))
}

/** Every image of the filter that leads, to be sorted: these are few. */
function underLead(context: PageContext, lead: NonNullable<PageShape['lead']>) {
  const { query, shape, engine, values } = context
  const found = query
    .selectFrom(rowsFrom(imageCandidateSources(engine), lead)(query, values as never).as('source'))
    .select('source.id as found')
    .distinct()
    .as('lead')
  const rows = query
    .selectFrom(found)
    // Left to itself, SQLite may walk the order and look for each image among these.
    .crossJoin('image')
    .whereRef('image.id', '=', 'lead.found')
    .select(['image.id', keyOf(shape).as('key')])
    .where((image) => fits(context, image as never))
  if (!shape.continues) return rows
  const comparison = isAscending(shape.sort) ? sql`>` : sql`<`
  return rows.where(
    sql<boolean>`(${keyOf(shape)}, image.id) ${comparison} (${values('afterKey')}, ${values('afterId')})`,
  )
}

/**
 * What lies behind a cursor is said in two parts, merged: images that tie with it, and those behind them. SQLite seeks an
 * index by a row comparison only up to its primary key, and where nobody has reacted to anything, all of it is one tie.
 */
function alongOrder(context: PageContext) {
  const { query, shape, values } = context
  const fitting = query
    .selectFrom('image')
    .select(['image.id', keyOf(shape).as('key')])
    .where((image) => fits(context, image))
  if (!shape.continues) return fitting
  const comparison = isAscending(shape.sort) ? sql`>` : sql`<`
  const [key, afterKey] = [keyOf(shape), values('afterKey')]
  return fitting
    .where(sql<boolean>`${key} = ${afterKey} and image.id ${comparison} ${values('afterId')}`)
    .unionAll(fitting.where(sql<boolean>`${key} ${comparison} ${afterKey}`))
}

const keyOf = ({ sort }: PageShape) => sql.ref<number>(`image.${columnOf[sort]}`)

const fits = ({ shape, engine, values }: PageContext, image: ExpressionBuilder<Schema, 'image'>) =>
  image.and(filterConditions(shape.filters, { engine, image, values, isByTime: columnOf[shape.sort] === 'created_at' }))
