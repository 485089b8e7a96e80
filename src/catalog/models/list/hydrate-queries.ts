import { type Kysely, sql } from 'kysely'
import type { QueriesOf } from '../../../db/database.ts'
import type { BindPlaceholder } from '../../../db/prepared-statement.ts'
import type { Schema } from '../../../db/schema.ts'
import type { SqlDialect } from '../../../db/sql-dialect.ts'
import { preventIndexUse } from '../../plan-selection.ts'
import { fileColumns, imageColumns, modelColumns, versionColumns } from '../rows.ts'
import type { ListedValues } from './hydrate.ts'

/** As many images of a version as lists show at most (site API). */
export const maxImagesInList = 20

/** The queries of {@link hydrateModels}: a statement for each table, whichever models are shown. */
export const hydrateQueries = (engine: SqlDialect): QueriesOf<ListedValues> => ({
  models: (query, values) =>
    query
      .selectFrom('model')
      .innerJoin('account', 'account.id', 'model.creator_id')
      .select([...modelColumns, 'account.username', 'account.image'])
      .where((model) => engine.inList(model.ref('model.id'), values('ids'))),
  // Served by the index `model_tag_model`.
  tags: (query, values) =>
    query
      .selectFrom('model_tag')
      .innerJoin('tag', 'tag.id', 'model_tag.tag_id')
      .select(['model_tag.model_id', 'tag.name'])
      .where((tag) => engine.inList(tag.ref('model_tag.model_id'), values('ids')))
      .orderBy('model_tag.model_id')
      .orderBy('model_tag.tag_id'),
  versions: (query, values) => versionsOf(query, engine, values),
  versionsByBaseModel: (query, values) =>
    versionsOf(query, engine, values).where(
      engine.inList(preventIndexUse('model_version.base_model'), values('baseModels')),
    ),
  // Served by the index `model_file_version`.
  files: (query, values) =>
    query
      .selectFrom('model_file')
      .select([...fileColumns, 'model_file.version_id'])
      .where((file) => engine.inList(file.ref('model_file.version_id'), values('versionIds')))
      .orderBy('model_file.version_id')
      .orderBy('model_file.id'),
  // Of one version, since each shows only its first ones. Served by the index `image_position`.
  images: (query, values) =>
    query
      .selectFrom('image')
      .select([...imageColumns])
      .select((image) => image.case().when('image.meta', 'is not', null).then(1).else(0).end().as('has_meta'))
      .where('image.version_id', '=', values('versionId'))
      .where(sql<boolean>`(image.nsfw_level & ${values('levels')}) <> 0`)
      .orderBy('image.position')
      .orderBy('image.id')
      .limit(sql.lit(maxImagesInList)),
})

/** Served by the index `model_version_model`. */
const versionsOf = (query: Kysely<Schema>, engine: SqlDialect, values: BindPlaceholder<{ ids: string }>) =>
  query
    .selectFrom('model_version')
    .select([...versionColumns])
    .where((version) => engine.inList(version.ref('model_version.model_id'), values('ids')))
    .where('model_version.status', '=', sql.lit('Published'))
    .where('model_version.file_count', '>', 0)
    .orderBy('model_version.model_id')
    .orderBy('model_version.position')
    .orderBy('model_version.id')
