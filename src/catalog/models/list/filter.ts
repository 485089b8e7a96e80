import { type Expression, type ExpressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { BindPlaceholder } from '../../../db/prepared-statement.ts'
import type { Schema } from '../../../db/schema.ts'
import type { SqlDialect } from '../../../db/sql-dialect.ts'
import type { CheckpointType, CommercialUse, MetricTimeframe, ModelFormat, ModelType } from '../../enums.ts'
import { searchedText } from '../../file-stems.ts'
import { isCurrentIdOf } from '../../id-alias.ts'
import { preventIndexUse } from '../../plan-selection.ts'
import type { ModelSortOrder } from './sort.ts'

/**
 * What a list of models is narrowed to (contract §2 GET /models, and `docs/filters.md`). What is absent, and
 * an empty list, narrows nothing unless it says otherwise; of several all must hold.
 */
export interface ModelFilter {
  /** Bits of browsing levels: models and images of these. */
  levels: number
  /** What a person typed. */
  query?: string | undefined
  ids?: readonly number[] | undefined
  versionIds?: readonly number[] | undefined
  tag?: string | undefined
  creatorId?: number | undefined
  types?: readonly ModelType[] | undefined
  /** Models with a version of these, and of their versions only those. */
  baseModels?: readonly string[] | undefined
  /** Says something of checkpoints only: models of other types stay. */
  checkpointType?: CheckpointType | undefined
  /** The newest version is at most so old. */
  period?: MetricTimeframe | undefined
  trainedOnSite?: boolean | undefined
  earlyAccess?: boolean | undefined
  allowNoCredit?: boolean | undefined
  allowDerivatives?: boolean | undefined
  allowDifferentLicense?: boolean | undefined
  /** Any of these. */
  allowCommercialUse?: readonly CommercialUse[] | undefined
  /** A file in any of these. */
  fileFormats?: readonly ModelFormat[] | undefined
  /** Without it archived models are left out. */
  archived?: boolean | undefined
  /** Only favourites of this account. */
  favoritesOf?: number | undefined
  /** Only what this account has hidden. */
  hiddenBy?: number | undefined
  /** Nothing that this account has hidden. */
  notHiddenBy?: number | undefined
}

/**
 * The values that a filter binds, each under the name of its condition. Which of them are there is the filter's shape;
 * filters of one shape share one prepared query.
 */
export type FilterValues = {
  levels: number
  /** JSON array texts. */
  ids?: string
  versionIds?: string
  types?: string
  baseModels?: string
  commercialUses?: string
  fileFormats?: string
  match?: string
  /** In the place of `match`: JSON array text of the models that it found. */
  hits?: string
  tagKey?: string
  creatorId?: number
  checkpointType?: string
  /** Unix ms. */
  newerThan?: number
  trainedOnSite?: 1
  earlyAccessAt?: number
  allowNoCredit?: 0 | 1
  allowDerivatives?: 0 | 1
  allowDifferentLicense?: 0 | 1
  /** One of these two. */
  unmarked?: 1
  notTakenDown?: 1
  favoritesOf?: number
  hiddenBy?: number
  notHiddenBy?: number
}

/** What a filter binds; undefined when nothing can match it. */
export function filterValues(filter: ModelFilter, engine: SqlDialect, now: number): FilterValues | undefined {
  const match = filter.query === undefined ? undefined : engine.textMatch(searchedText(filter.query))
  if (filter.query !== undefined && match === undefined) return undefined
  return present<FilterValues>({
    levels: filter.levels,
    ids: listText(filter.ids),
    versionIds: listText(filter.versionIds),
    types: listText(filter.types),
    baseModels: listText(filter.baseModels),
    commercialUses: listText(filter.allowCommercialUse),
    fileFormats: listText(filter.fileFormats),
    match,
    tagKey: filter.tag?.trim().toLowerCase(),
    creatorId: filter.creatorId,
    checkpointType: filter.checkpointType,
    newerThan: filter.period === undefined || filter.period === 'AllTime' ? undefined : now - periodMs[filter.period],
    trainedOnSite: filter.trainedOnSite ? 1 : undefined,
    earlyAccessAt: filter.earlyAccess ? now : undefined,
    allowNoCredit: bit(filter.allowNoCredit),
    allowDerivatives: bit(filter.allowDerivatives),
    allowDifferentLicense: bit(filter.allowDifferentLicense),
    unmarked: filter.archived ? undefined : 1,
    notTakenDown: filter.archived ? 1 : undefined,
    favoritesOf: filter.favoritesOf,
    hiddenBy: filter.hiddenBy,
    notHiddenBy: filter.notHiddenBy,
  })
}

/** The conditions of a shape: all that its names call for. */
export function filterConditions(
  names: readonly (keyof FilterValues)[],
  context: ConditionContext,
): Expression<SqlBool>[] {
  return names.map((name) => conditions[name](context))
}

export interface ConditionContext {
  engine: SqlDialect
  model: ExpressionBuilder<Schema, 'model'>
  values: BindPlaceholder<Required<FilterValues>>
  order: ModelSortOrder
  /** Whether the models come out of the text index, so that they need not be looked for in it. */
  findsText: boolean
}

const dayMs = 86_400_000
const periodMs = { Day: dayMs, Week: 7 * dayMs, Month: 30 * dayMs, Year: 365 * dayMs }

/**
 * Conditions of one model, each asked of few: of those that another filter found, or of those that a walk along the index
 * of the order meets. That index holds type, level, creator and time, so that a walk skips others without reading their
 * rows; they are written so that no index of their own offers itself instead of it.
 */
const conditions: { [Name in keyof FilterValues]-?: (context: ConditionContext) => Expression<SqlBool> } = {
  levels: ({ values }) => sql`(model.nsfw_level & ${values('levels')}) <> 0`,
  ids: ({ engine, model, values }) =>
    isCurrentIdOf(engine, 'model', { column: model.ref('model.id'), ids: values('ids') }),
  versionIds: ({ engine, model, values }) =>
    model(
      'model.id',
      'in',
      publishedVersions(model).where((version) =>
        isCurrentIdOf(engine, 'model_version', { column: version.ref('model_version.id'), ids: values('versionIds') }),
      ),
    ),
  types: ({ engine, values }) => engine.inList(preventIndexUse('model.type'), values('types')),
  baseModels: ({ engine, model, values }) =>
    model.exists(
      versionsOfModel(model).where((version) =>
        engine.inList(version.ref('model_version.base_model'), values('baseModels')),
      ),
    ),
  commercialUses: ({ engine, model, values }) =>
    engine.arraysOverlap(model.ref('model.allow_commercial_use'), values('commercialUses')),
  fileFormats: ({ engine, model, values }) =>
    model.exists(
      versionsOfModel(model)
        .innerJoin('model_file', 'model_file.version_id', 'model_version.id')
        .where((file) => engine.inList(file.ref('model_file.format'), values('fileFormats'))),
    ),
  match: ({ engine, model, values, findsText }) =>
    model.and([
      model('model.availability', '<>', 'Unsearchable'),
      ...(findsText ? [] : [engine.matchesText(model.ref('model.id'), values('match'))]),
    ]),
  hits: ({ engine, model, values, findsText }) =>
    model.and([
      model('model.availability', '<>', 'Unsearchable'),
      ...(findsText ? [] : [engine.inList(model.ref('model.id'), values('hits'))]),
    ]),
  // By the key of `model_tag`.
  tagKey: ({ model, values }) =>
    model.exists(
      model
        .selectFrom('model_tag')
        .select(sql.lit(1).as('one'))
        .where('model_tag.tag_id', '=', (tagged) =>
          tagged.selectFrom('tag').select('tag.id').where('tag.name_key', '=', values('tagKey')),
        )
        .whereRef('model_tag.model_id', '=', 'model.id'),
    ),
  creatorId: ({ values }) => sql`${preventIndexUse('model.creator_id')} = ${values('creatorId')}`,
  checkpointType: ({ model, values }) =>
    model.or([model('model.type', '<>', 'Checkpoint'), model('model.checkpoint_type', '=', values('checkpointType'))]),
  newerThan: ({ values, order }) =>
    sql`${order === 'Newest' || order === 'Oldest' ? sql.ref('model.last_version_at') : preventIndexUse('model.last_version_at')} >= ${values('newerThan')}`,
  trainedOnSite: ({ model }) =>
    model.exists(versionsOfModel(model).where('model_version.upload_type', '=', sql.lit('Trained'))),
  earlyAccessAt: ({ model, values }) =>
    model.exists(versionsOfModel(model).where('model_version.early_access_ends_at', '>', values('earlyAccessAt'))),
  allowNoCredit: ({ model, values }) => model('model.allow_no_credit', '=', values('allowNoCredit')),
  allowDerivatives: ({ model, values }) => model('model.allow_derivatives', '=', values('allowDerivatives')),
  allowDifferentLicense: ({ model, values }) =>
    model('model.allow_different_license', '=', values('allowDifferentLicense')),
  unmarked: ({ model }) => model('model.mode', 'is', null),
  notTakenDown: ({ model }) => model.or([model('model.mode', 'is', null), model('model.mode', '<>', 'TakenDown')]),
  // By the key of `account_model`.
  favoritesOf: ({ model, values }) => model.exists(chosenBy(model, 'favorite', values('favoritesOf'))),
  hiddenBy: ({ model, values }) => model.exists(chosenBy(model, 'hidden', values('hiddenBy'))),
  notHiddenBy: ({ model, values }) => model.not(model.exists(chosenBy(model, 'hidden', values('notHiddenBy')))),
}

const publishedVersions = (model: ExpressionBuilder<Schema, 'model'>) =>
  model
    .selectFrom('model_version')
    .select('model_version.model_id')
    .where('model_version.status', '=', 'Published')
    .where('model_version.file_count', '>', 0)

const versionsOfModel = (model: ExpressionBuilder<Schema, 'model'>) =>
  publishedVersions(model).whereRef('model_version.model_id', '=', 'model.id')

const chosenBy = (
  model: ExpressionBuilder<Schema, 'model'>,
  kind: 'favorite' | 'hidden',
  account: RawBuilder<number>,
) =>
  model
    .selectFrom('account_model')
    .select(sql.lit(1).as('one'))
    .where('account_model.account_id', '=', account)
    .where('account_model.kind', '=', kind)
    .whereRef('account_model.model_id', '=', 'model.id')

const bit = (flag: boolean | undefined) => (flag === undefined ? undefined : flag ? 1 : 0)
const listText = (list: readonly unknown[] | undefined) => (list?.length ? JSON.stringify(list) : undefined)

/** Leaves out what is undefined, so that the names that are there tell the shape. */
const present = <Values extends object>(values: { [Name in keyof Values]: Values[Name] | undefined }): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Values
