import { type ExpressionBuilder, sql } from 'kysely'
import { columnNames, jsonRows, namedRows } from '../../db/json-rows.ts'
import type { Schema } from '../../db/schema.ts'
import type { SqlDialect } from '../../db/sql-dialect.ts'
import { everyLevel } from '../nsfw/browsing-level.ts'
import { maxImagesInList } from './list/hydrate-queries.ts'
import {
  type DetailedVersion,
  type FileRecord,
  fileColumns,
  type ImageRecord,
  imageColumns,
  type ModelOfVersion,
  type ModelRecord,
  type VersionRecord,
  versionColumns,
} from './rows.ts'

/** As many images of a version as the version alone shows at most (site API). */
const maxImagesInDetail = 10

/**
 * Columns with what belongs to a model of the surrounding query, each as JSON text: versions whose files are gone as well,
 * and images of every level.
 */
export const partsOfModel = (engine: SqlDialect, model: ExpressionBuilder<Schema, 'model'>) => [
  creatorOf(engine, model).as('creator'),
  tagsOf(engine, model).as('tags'),
  versionsOf(engine, model).as('versions'),
]

/** Columns with what belongs to a version of the surrounding query, each as JSON text. */
export const partsOfVersion = (engine: SqlDialect, version: ExpressionBuilder<Schema, 'model_version'>) => [
  filesOf(engine, version).as('files'),
  detailedImagesOf(engine, version).as('images'),
  modelOf(engine, version).as('model'),
]

export type ModelParts = { creator: string; tags: string; versions: string }
export type VersionParts = { files: string; images: string; model: string }

/** A row of `modelColumns` and {@link partsOfModel} as a record. */
export function modelRecord(
  row: Omit<ModelRecord, 'allow_commercial_use' | keyof ModelParts> & ModelParts & { allow_commercial_use: string },
): ModelRecord {
  const [creator] = jsonRows<ModelRecord['creator']>(row.creator, ['username', 'image'])
  const versions = jsonRows<NestedVersion>(row.versions, versionNames)
  for (const version of versions) {
    version.files = namedRows<FileRecord>(version.files as unknown[][], fileNames)
    version.images = namedRows<ImageRecord>(version.images as unknown[][], imageNames)
  }
  return {
    ...row,
    allow_commercial_use: JSON.parse(row.allow_commercial_use),
    creator: creator as ModelRecord['creator'], // every model has one
    tags: (JSON.parse(row.tags) as [string][]).map(([name]) => name),
    versions: versions as VersionRecord[],
  }
}

/** A row of `versionColumns` and {@link partsOfVersion} as a record. */
export function detailedVersion(
  row: Omit<VersionRecord, 'trained_words' | 'files' | 'images'> &
    VersionParts & { trained_words: string; early_access_config: string | null },
): DetailedVersion {
  const images = jsonRows<ImageRecord & { meta: string | null }>(row.images, [...imageNames, 'meta'])
  const [model] = jsonRows<ModelOfVersion>(row.model, columnNames(columnsOfModel))
  return {
    ...row,
    trained_words: JSON.parse(row.trained_words),
    early_access_config: JSON.parse(row.early_access_config ?? '{}'),
    files: jsonRows<FileRecord>(row.files, fileNames),
    images: images.map((image) => ({ ...image, meta: image.meta === null ? null : JSON.parse(image.meta) })),
    model: model as ModelOfVersion,
  }
}

/** Before what is nested within it got its names. */
type NestedVersion = Omit<VersionRecord, 'files' | 'images'> & { files: unknown[]; images: unknown[] }

const versionNames = [...columnNames(versionColumns), 'files', 'images'] as const
const fileNames = columnNames(fileColumns)
const imageNames = [...columnNames(imageColumns), 'has_meta'] as const

const creatorOf = (engine: SqlDialect, model: ExpressionBuilder<Schema, 'model'>) =>
  engine.jsonRowsOf(
    model
      .selectFrom('account')
      .select(['account.username', 'account.image'])
      .whereRef('account.id', '=', 'model.creator_id'),
  )

const tagsOf = (engine: SqlDialect, model: ExpressionBuilder<Schema, 'model'>) =>
  engine.jsonRowsOf(
    model
      .selectFrom('model_tag')
      .innerJoin('tag', 'tag.id', 'model_tag.tag_id')
      .select('tag.name')
      .whereRef('model_tag.model_id', '=', 'model.id')
      .orderBy('model_tag.tag_id'),
  )

/** Served by the index `model_version_model`. */
const versionsOf = (engine: SqlDialect, model: ExpressionBuilder<Schema, 'model'>) =>
  engine.jsonRowsOf(
    model
      .selectFrom('model_version')
      .select([...versionColumns])
      .select((version) => [filesOf(engine, version).as('files'), imagesOf(engine, version).as('images')])
      .whereRef('model_version.model_id', '=', 'model.id')
      .where('model_version.status', '=', 'Published')
      .orderBy('model_version.position')
      .orderBy('model_version.id'),
    ['trained_words', 'files', 'images'],
  )

/** Served by the index `model_file_version`. */
const filesOf = (engine: SqlDialect, version: ExpressionBuilder<Schema, 'model_version'>) =>
  engine.jsonRowsOf(
    version
      .selectFrom('model_file')
      .select([...fileColumns])
      .whereRef('model_file.version_id', '=', 'model_version.id')
      .orderBy('model_file.id'),
    ['hashes'],
  )

/** Served by the index `image_position`. */
const galleryOf = (version: ExpressionBuilder<Schema, 'model_version'>) =>
  version
    .selectFrom('image')
    .select([...imageColumns])
    .select((image) => image.case().when('image.meta', 'is not', null).then(1).else(0).end().as('has_meta'))
    .whereRef('image.version_id', '=', 'model_version.id')
    .orderBy('image.position')
    .orderBy('image.id')

const imagesOf = (engine: SqlDialect, version: ExpressionBuilder<Schema, 'model_version'>) =>
  engine.jsonRowsOf(
    galleryOf(version)
      .where(sql<boolean>`(image.nsfw_level & ${sql.lit(everyLevel)}) <> 0`)
      .limit(maxImagesInList),
  )

const detailedImagesOf = (engine: SqlDialect, version: ExpressionBuilder<Schema, 'model_version'>) =>
  engine.jsonRowsOf(galleryOf(version).select('image.meta').limit(maxImagesInDetail))

const columnsOfModel = [
  ...(['model.id', 'model.name', 'model.type', 'model.nsfw', 'model.poi', 'model.minor'] as const),
  ...(['model.sfw_only', 'model.mode', 'model.login_only'] as const),
] as const

const modelOf = (engine: SqlDialect, version: ExpressionBuilder<Schema, 'model_version'>) =>
  engine.jsonRowsOf(
    version
      .selectFrom('model')
      .select([...columnsOfModel])
      .whereRef('model.id', '=', 'model_version.model_id'),
  )
