import { type Kysely, sql } from 'kysely'
import type { QueryOf } from '../../db/database.ts'
import type { EngineSql } from '../../db/engine.ts'
import type { PlaceholderOf } from '../../db/prepared.ts'
import type { Schema } from '../../db/schema.ts'
import type { ImageSort } from '../enums.ts'
import { type FilterValues, filterConditions, namesItsImages } from './filter.ts'
import { type ImageParts, imageColumns, type ListedImage } from './records.ts'

/** What decides the text of a page's query; everything else is bound. */
export interface PageShape {
  sort: ImageSort
  filters: readonly (keyof FilterValues)[]
  /** Whether the page begins behind a cursor. */
  continues: boolean
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
export type PageRow = Omit<ListedImage, 'versionIds' | 'meta' | 'tags'> & {
  key: number
  version_id: number | null
  linked: string
  meta: string | null
  tags: string
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

export const rises = (sort: ImageSort): boolean => sort === 'Oldest'

/**
 * The query of a page. It first finds the ids of the page, by the index of the order (`image_reactions` and so on) or
 * among the images that a filter names, and then builds the records of these ids alone: the cost follows the page.
 * Rows come in no particular order.
 */
export const pageQuery =
  (shape: PageShape, engine: EngineSql): QueryOf<Required<PageValues>, PageRow> =>
  (query, values) =>
    query
      .with('page', () => pageIds(query, shape, engine, values))
      .selectFrom('page')
      .innerJoin('image', 'image.id', 'page.id')
      .leftJoin('model', 'model.id', 'image.model_id')
      .leftJoin('account', (join) =>
        join.on((maker) => maker('account.id', '=', maker.fn.coalesce('image.creator_id', 'model.creator_id'))),
      )
      .select([...imageColumns])
      .select(['page.key', 'account.username'])
      .select((image) => [
        // Served by the index `image_version_image`.
        engine
          .jsonArrayOf(
            image
              .selectFrom('image_version')
              .select('image_version.version_id as id')
              .whereRef('image_version.image_id', '=', 'image.id')
              .orderBy('image_version.version_id'),
          )
          .as('linked'),
        (shape.parts.meta ? sql.ref<string | null>('image.meta') : sql<string | null>`null`).as('meta'),
        // Served by the index `model_tag_model`.
        (shape.parts.tags
          ? engine.jsonArrayOf(
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

/**
 * The ids of the page, one more than it shows, with their keys.
 *
 * On a walk along an index, what lies behind a cursor is said in two parts, merged: images that tie with it, and those
 * behind them. SQLite seeks an index by a row comparison only up to its primary key, and where nobody has reacted to
 * anything, all of it is one tie.
 */
function pageIds(
  query: Kysely<Schema>,
  { sort, filters, continues }: PageShape,
  engine: EngineSql,
  values: PlaceholderOf<Required<PageValues>>,
) {
  const key = sql.ref<number>(`image.${columnOf[sort]}`)
  const id = sql.ref<number>('image.id')
  const comparison = rises(sort) ? sql`>` : sql`<`
  const direction = rises(sort) ? 'asc' : 'desc'

  const fitting = query
    .selectFrom('image')
    .select(['image.id', key.as('key')])
    .where((image) => image.and(filterConditions(filters, { engine, image, values })))
  const behind = () => {
    const [afterKey, afterId] = [values('afterKey'), values('afterId')]
    if (namesItsImages(filters))
      return fitting.where(sql<boolean>`(${key}, ${id}) ${comparison} (${afterKey}, ${afterId})`)
    return fitting
      .where(sql<boolean>`${key} = ${afterKey} and ${id} ${comparison} ${afterId}`)
      .unionAll(fitting.where(sql<boolean>`${key} ${comparison} ${afterKey}`))
  }
  return (continues ? behind() : fitting)
    .orderBy('key', direction)
    .orderBy('id', direction)
    .limit(values('count'))
    .offset(values('offset'))
}
