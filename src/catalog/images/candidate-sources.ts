import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { Schema } from '../../db/schema.ts'
import type { SqlDialect } from '../../db/sql-dialect.ts'
import { currentId, isCurrentIdOf } from '../id-alias.ts'
import { type CandidateSources, candidateSource } from '../plan-selection.ts'
import type { FilterValues } from './filter.ts'

type Query = Kysely<Schema>
type Values = BindPlaceholder<Required<FilterValues>>

/** The filters whose images an index finds. Where one finds at most {@link maxSortableImages}, they lead the query of a page. */
export const imageCandidateSources = (engine: SqlDialect): CandidateSources<FilterValues> => ({
  // By key.
  id: (query: Query, values: Values) =>
    candidateSource(images(query).where('image.id', '=', currentId('image', values('id')))),
  // By key.
  ids: (query: Query, values: Values) =>
    candidateSource(
      images(query).where((image) =>
        isCurrentIdOf(engine, 'image', { column: image.ref('image.id'), ids: values('ids') }),
      ),
    ),
  // By the index `image_post`.
  postId: (query: Query, values: Values) =>
    candidateSource(images(query).where('image.post_id', '=', values('postId'))),
  // By the index `image_model`.
  modelId: (query: Query, values: Values) =>
    candidateSource(images(query).where('image.model_id', '=', currentId('model', values('modelId')))),
  // By the index `image_position` and the key of `image_version`.
  versionId: (query: Query, values: Values) =>
    candidateSource(
      images(query)
        .where('image.version_id', '=', currentId('model_version', values('versionId')))
        .unionAll(
          query
            .selectFrom('image_version')
            .select('image_version.image_id as id')
            .where('image_version.version_id', '=', currentId('model_version', values('versionId'))),
        ),
    ),
  // By the indexes `image_creator`, `model_creator` with `image_model`, and `image_model`.
  creatorId: (query: Query, values: Values) =>
    candidateSource(
      images(query)
        .where('image.creator_id', '=', values('creatorId'))
        .unionAll(
          query
            .selectFrom('model')
            .crossJoin('image')
            .select('image.id')
            .where('model.creator_id', '=', values('creatorId'))
            .whereRef('image.model_id', '=', 'model.id'),
        )
        // Images without a creator and a model are the default creator's.
        .unionAll(
          query
            .selectFrom('default_creator')
            .crossJoin('image')
            .select('image.id')
            .where('default_creator.id', '=', sql.lit(1))
            .where('default_creator.account_id', '=', values('creatorId'))
            .where('image.model_id', 'is', null)
            .where('image.creator_id', 'is', null),
        ),
    ),
  // By the index `image_film`, which holds no pictures.
  film: (query: Query, values: Values) =>
    candidateSource(
      images(query)
        .where('image.type', '<>', sql.lit('image'))
        .where('image.type', '=', values('film') as never),
    ),
  // By the index `image_base`.
  baseModels: (query: Query, values: Values) =>
    candidateSource(images(query).where((image) => engine.inList(image.ref('image.base_model'), values('baseModels')))),
  // Those of the rarest tag; the condition checks the others. By the key of `model_tag` and the index `image_model`.
  tagIds: (query: Query, values: Values) =>
    candidateSource(
      query
        .selectFrom('model_tag')
        .crossJoin('image')
        .select('image.id')
        .where('model_tag.tag_id', '=', (tagged) =>
          tagged
            .selectFrom('tag')
            .select('tag.id')
            .where((tag) => engine.inList(tag.ref('tag.id'), values('tagIds')))
            .orderBy('tag.model_count')
            .limit(sql.lit(1)),
        )
        .whereRef('image.model_id', '=', 'model_tag.model_id'),
    ),
  // By the index `image_created`.
  newerThan: (query: Query, values: Values) =>
    candidateSource(images(query).where('image.created_at', '>=', values('newerThan'))),
})

/**
 * So many images are put in order within about 50 ms. A filter with more of them fills a page of 200 after at most a
 * hundred thousand steps along the order of ten million.
 */
export const maxSortableImages = 20_000

const images = (query: Query) => query.selectFrom('image').select('image.id')
