import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { Schema } from '../../db/schema.ts'
import type { SqlDialect } from '../../db/sql-dialect.ts'
import type { MediaType, MetricTimeframe } from '../enums.ts'
import { currentId, isCurrentIdOf } from '../id-alias.ts'
import { preventIndexUse } from '../plan-selection.ts'
import { creatorId } from './creator.ts'

/**
 * What a list of images is narrowed to (contract §2 GET /images, and `docs/filters.md`). What is absent, and an empty
 * list, narrows nothing unless it says otherwise; of several all must hold.
 */
export interface ImageFilter {
  /** Bits of browsing levels: images of these. */
  levels: number
  id?: number | undefined
  /** Any of these; an empty list keeps nothing. */
  ids?: readonly number[] | undefined
  postId?: number | undefined
  /** Images of the model itself. */
  modelId?: number | undefined
  /** Images of the version, and those that were made with it. */
  versionId?: number | undefined
  creatorId?: number | undefined
  type?: MediaType | undefined
  /** Any of these, in exact letters. */
  baseModels?: readonly string[] | undefined
  /** Of models with all of these tags, which are known and distinct; an empty list narrows nothing. */
  tagIds?: readonly number[] | undefined
  /** At most so old. */
  period?: MetricTimeframe | undefined
}

/**
 * The values that a filter binds, each under the name of its condition. Which of them are there is the filter's shape;
 * filters of one shape share one prepared query.
 */
export type FilterValues = {
  levels: number
  id?: number
  /** JSON array text. */
  ids?: string
  postId?: number
  modelId?: number
  versionId?: number
  creatorId?: number
  /** One of these two: pictures, which most images are, or another type. */
  picture?: 1
  film?: string
  /** JSON array texts. */
  baseModels?: string
  tagIds?: string
  /** Unix ms. */
  newerThan?: number
}

/** What a filter binds; `now` in Unix milliseconds. */
export function filterValues(filter: ImageFilter, now: number): FilterValues {
  const values: { [Name in keyof FilterValues]: FilterValues[Name] | undefined } = {
    levels: filter.levels,
    id: filter.id,
    ids: filter.ids && JSON.stringify(filter.ids),
    postId: filter.postId,
    modelId: filter.modelId,
    versionId: filter.versionId,
    creatorId: filter.creatorId,
    picture: filter.type === 'image' ? 1 : undefined,
    film: filter.type === 'image' ? undefined : filter.type,
    baseModels: filter.baseModels?.length ? JSON.stringify(filter.baseModels) : undefined,
    tagIds: filter.tagIds?.length ? JSON.stringify(filter.tagIds) : undefined,
    newerThan: filter.period === undefined || filter.period === 'AllTime' ? undefined : now - periodMs[filter.period],
  }
  // Only what is there is kept, so that the names tell the shape.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as FilterValues
}

const dayMs = 86_400_000
const periodMs = { Day: dayMs, Week: 7 * dayMs, Month: 30 * dayMs, Year: 365 * dayMs }

interface ConditionContext {
  engine: SqlDialect
  image: ExpressionBuilder<Schema, 'image'>
  values: BindPlaceholder<Required<FilterValues>>
  /** Whether the order is that of time. */
  isByTime: boolean
}

/** The conditions of a shape: all that its names call for, and that the image is for everybody. */
export const filterConditions = (
  names: readonly (keyof FilterValues)[],
  context: ConditionContext,
): Expression<SqlBool>[] => [...names.map((name) => conditions[name](context)), isPublic(context)]

/**
 * Conditions of one image, each asked of few: of those that another filter found, or of those that a walk along the index
 * of the order meets. They are written so that no index of their own offers itself instead of that one.
 */
const conditions: { [Name in keyof FilterValues]-?: (context: ConditionContext) => Expression<SqlBool> } = {
  levels: ({ values }) => sql`(image.nsfw_level & ${values('levels')}) <> 0`,
  id: ({ image, values }) => image('image.id', '=', currentId('image', values('id'))),
  ids: ({ engine, values }) =>
    isCurrentIdOf(engine, 'image', { column: preventIndexUse('image.id'), ids: values('ids') }),
  postId: ({ values }) => sql`${preventIndexUse('image.post_id')} = ${values('postId')}`,
  modelId: ({ values }) => sql`${preventIndexUse('image.model_id')} = ${currentId('model', values('modelId'))}`,
  // By the key of `image_version`.
  versionId: ({ image, values }) =>
    image.or([
      sql<boolean>`${preventIndexUse('image.version_id')} = ${currentId('model_version', values('versionId'))}`,
      image.exists(
        image
          .selectFrom('image_version')
          .select(sql.lit(1).as('one'))
          .where('image_version.version_id', '=', currentId('model_version', values('versionId')))
          .whereRef('image_version.image_id', '=', 'image.id'),
      ),
    ]),
  // By the key of `model`.
  creatorId: ({ image, values }) => {
    const ofModel = image.selectFrom('model').select('model.creator_id').whereRef('model.id', '=', 'image.model_id')
    return sql`${creatorId(ofModel)} = ${values('creatorId')}`
  },
  picture: () => sql`${preventIndexUse('image.type')} = 'image'`,
  film: ({ values }) => sql`${preventIndexUse('image.type')} = ${values('film')}`,
  baseModels: ({ engine, values }) => engine.inList(preventIndexUse('image.base_model'), values('baseModels')),
  // By the index `model_tag_model`, in which a model has each of its tags once.
  tagIds: ({ engine, image, values }) => {
    const held = image
      .selectFrom('model_tag')
      .select((tagged) => tagged.fn.countAll<number>().as('held'))
      .whereRef('model_tag.model_id', '=', 'image.model_id')
      .where((tagged) => engine.inList(tagged.ref('model_tag.tag_id'), values('tagIds')))
    return sql`${held} = ${engine.listLength(values('tagIds'))}`
  },
  newerThan: ({ values, isByTime }) =>
    sql`${isByTime ? sql.ref('image.created_at') : preventIndexUse('image.created_at')} >= ${values('newerThan')}`,
}

/** Of a version and a model that lists show, or the hub's own without either. */
const isPublic = ({ image }: ConditionContext) =>
  image.or([
    image.exists(
      image
        .selectFrom('model_version')
        .innerJoin('model', 'model.id', 'model_version.model_id')
        .select(sql.lit(1).as('one'))
        .whereRef('model_version.id', '=', 'image.version_id')
        .where('model_version.status', '=', 'Published')
        .where('model_version.file_count', '>', 0)
        .where('model.listed', '=', 1)
        .where('model.availability', '<>', 'Private')
        .where('model.mode', 'is', null),
    ),
    image.and([image('image.version_id', 'is', null), image('image.folder_id', 'is', null)]),
  ])
