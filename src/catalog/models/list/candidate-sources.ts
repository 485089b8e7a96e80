import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { BindPlaceholder } from '../../../db/prepared-statement.ts'
import type { Schema } from '../../../db/schema.ts'
import type { SqlDialect } from '../../../db/sql-dialect.ts'
import { isCurrentIdOf } from '../../id-alias.ts'
import { type CandidateSources, candidateSource } from '../../plan-selection.ts'
import type { FilterValues } from './filter.ts'

type Query = Kysely<Schema>
type Values = BindPlaceholder<Required<FilterValues>>

/** The filters whose models an index finds. Where one finds at most {@link maxSortableModels}, they lead the query of a page. */
export const modelCandidateSources = (engine: SqlDialect): CandidateSources<FilterValues> => ({
  // By key.
  ids: (query: Query, values: Values) =>
    candidateSource(
      query
        .selectFrom('model')
        .select('model.id')
        .where((model) => isCurrentIdOf(engine, 'model', { column: model.ref('model.id'), ids: values('ids') })),
    ),
  versionIds: (query: Query, values: Values) =>
    candidateSource(
      published(query).where((version) =>
        isCurrentIdOf(engine, 'model_version', { column: version.ref('model_version.id'), ids: values('versionIds') }),
      ),
    ),
  // By the key of `model_tag`.
  tagKey: (query: Query, values: Values) =>
    candidateSource(
      query
        .selectFrom('model_tag')
        .select('model_tag.model_id as id')
        .where('model_tag.tag_id', '=', (tagged) =>
          tagged.selectFrom('tag').select('tag.id').where('tag.name_key', '=', values('tagKey')),
        ),
    ),
  // By the index `model_creator`.
  creatorId: (query: Query, values: Values) =>
    candidateSource(listed(query).where('model.creator_id', '=', values('creatorId'))),
  // By the index `model_type`.
  types: (query: Query, values: Values) =>
    candidateSource(listed(query).where((model) => engine.inList(model.ref('model.type'), values('types')))),
  // By the index `model_version_base`.
  baseModels: (query: Query, values: Values) =>
    candidateSource(
      published(query).where((version) => engine.inList(version.ref('model_version.base_model'), values('baseModels'))),
    ),
  // By the index `model_file_format`.
  fileFormats: (query: Query, values: Values) =>
    candidateSource(
      query
        .selectFrom('model_file')
        .crossJoin('model_version')
        .select('model_version.model_id as id')
        .whereRef('model_version.id', '=', 'model_file.version_id')
        .where((file) => engine.inList(file.ref('model_file.format'), values('fileFormats'))),
    ),
  // By the index `model_version_trained`, which holds nothing else; it is written out as there, not bound.
  trainedOnSite: (query: Query) =>
    candidateSource(
      query
        .selectFrom('model_version')
        .select('model_version.model_id as id')
        .where('model_version.upload_type', '=', sql.lit('Trained')),
    ),
  // By the index `model_version_early_access`.
  earlyAccessAt: (query: Query, values: Values) =>
    candidateSource(
      query
        .selectFrom('model_version')
        .select('model_version.model_id as id')
        .where('model_version.early_access_ends_at', '>', values('earlyAccessAt')),
    ),
  // By the index `model_newest`.
  newerThan: (query: Query, values: Values) =>
    candidateSource(listed(query).where('model.last_version_at', '>=', values('newerThan'))),
  // By the key of `account_model`.
  favoritesOf: (query: Query, values: Values) => candidateSource(chosen(query, 'favorite', values('favoritesOf'))),
  hiddenBy: (query: Query, values: Values) => candidateSource(chosen(query, 'hidden', values('hiddenBy'))),
  match: (query: Query, values: Values) =>
    candidateSource(query.selectFrom(engine.textMatches(values('match')).as('hit')).select('hit.id')),
  hits: (query: Query, values: Values) =>
    candidateSource(query.selectFrom(engine.valuesOf(values('hits')).as('held')).select('held.value as id')),
})

/**
 * So many models are put in order within about 30 ms. A filter with more of them fills a page of 100 after at most as
 * many steps along the order of a million.
 */
export const maxSortableModels = 10_000

const listed = (query: Query) => query.selectFrom('model').select('model.id').where('model.listed', '=', 1)

const published = (query: Query) =>
  query
    .selectFrom('model_version')
    .select('model_version.model_id as id')
    .where('model_version.status', '=', 'Published')
    .where('model_version.file_count', '>', 0)

const chosen = (query: Query, kind: 'favorite' | 'hidden', account: ReturnType<Values>) =>
  query
    .selectFrom('account_model')
    .select('account_model.model_id as id')
    .where('account_model.account_id', '=', account as never)
    .where('account_model.kind', '=', kind)
