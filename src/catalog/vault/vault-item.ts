import { type Kysely, sql } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { ImageTable } from '../../db/tables/catalog.ts'
import type { ModelType } from '../enums.ts'
import { everyLevel } from '../nsfw/browsing-level.ts'

/** A file of a kept version. Its bytes are the library's: they can be downloaded for as long as it has them. */
export interface VaultFile {
  id: number
  name: string
  sizeBytes: number
}

/**
 * What an account keeps of a version. It is a copy, made when the version was put in: it stays as it is when the
 * library changes the version or drops it. Sizes are kibibytes, times Unix milliseconds.
 */
export interface VaultItem {
  id: number
  accountId: number
  versionId: number
  modelId: number
  modelName: string
  versionName: string
  creatorId: number | null
  /** Empty: nobody is known. */
  creatorName: string
  type: ModelType
  baseModel: string
  /** Empty: none is known. */
  category: string
  modelSizeKb: number
  detailsSizeKb: number
  imagesSizeKb: number
  /** Null: there was none, or the library dropped it. */
  cover: Pick<ImageTable, 'id' | 'uuid' | 'extension'> | null
  files: VaultFile[]
  versionCreatedAt: number
  addedAt: number
}

/** Items with their covers. */
export const itemsWithCovers = (query: Kysely<Schema>) =>
  query
    .selectFrom('vault_item')
    .leftJoin('image', (join) =>
      join
        .onRef('image.id', '=', 'vault_item.cover_image_id')
        .on(sql<boolean>`(image.nsfw_level & ${sql.lit(everyLevel)}) <> 0`),
    )
    .selectAll('vault_item')
    .select(['image.id as cover_id', 'image.uuid as cover_uuid', 'image.extension as cover_extension'])

export type VaultItemRow = Awaited<ReturnType<ReturnType<typeof itemsWithCovers>['execute']>>[number]

export function vaultItem(row: VaultItemRow): VaultItem {
  const { cover_id: id, cover_uuid: uuid, cover_extension: extension } = row
  return {
    id: row.id,
    accountId: row.account_id,
    versionId: row.version_id,
    modelId: row.model_id,
    modelName: row.model_name,
    versionName: row.version_name,
    creatorId: row.creator_id,
    creatorName: row.creator_name,
    type: row.type as ModelType, // copied from a model, whose type is one of the enumeration
    baseModel: row.base_model,
    category: row.category,
    modelSizeKb: row.model_size_kb,
    detailsSizeKb: row.details_size_kb,
    imagesSizeKb: row.images_size_kb,
    cover: id !== null && uuid !== null && extension !== null ? { id, uuid, extension } : null,
    files: JSON.parse(row.files),
    versionCreatedAt: row.version_created_at,
    addedAt: row.added_at,
  }
}
