import { type Insertable, sql, type Transaction } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { VaultItemTable } from '../../db/tables/catalog.ts'
import { everyLevel } from '../nsfw/browsing-level.ts'
import { categoryOf } from './category.ts'
import type { VaultFile } from './vault-item.ts'

/** Copies a published version into an account's vault; gives the item's id, undefined when there is no such version. */
export async function addVersionToVault(
  transaction: Transaction<Schema>,
  { accountId, versionId, at }: { accountId: number; versionId: number; at: number },
): Promise<number | undefined> {
  const version = await publishedVersion(transaction, versionId)
  if (!version) return undefined
  const files = await filesOf(transaction, versionId)
  const images = await imagesOf(transaction, versionId)
  const row: Insertable<VaultItemTable> = {
    ...version,
    creator_name: version.creator_name,
    account_id: accountId,
    version_id: versionId,
    category: categoryOf(await tagsOf(transaction, version.model_id)),
    model_size_kb: kibibytes(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)),
    details_size_kb: 0, // the site stores a document of the description; what is known of a version is in this row
    images_size_kb: kibibytes(images.sizeBytes),
    cover_image_id: images.coverId,
    files: JSON.stringify(files),
    names_key: [version.model_name, version.version_name, version.creator_name].join('\n').toLowerCase(),
    added_at: at,
  }
  const { id } = await transaction.insertInto('vault_item').values(row).returning('id').executeTakeFirstOrThrow()
  return id
}

const publishedVersion = (transaction: Transaction<Schema>, versionId: number) =>
  transaction
    .selectFrom('model_version')
    .innerJoin('model', 'model.id', 'model_version.model_id')
    .innerJoin('account', 'account.id', 'model.creator_id')
    .select([
      'model.id as model_id',
      'model.name as model_name',
      'model_version.name as version_name',
      'model.creator_id',
      'account.username as creator_name',
      'model.type',
      'model_version.base_model',
      'model_version.created_at as version_created_at',
    ])
    .where('model_version.id', '=', versionId)
    .where('model_version.status', '=', 'Published')
    .where('model.status', '=', 'Published')
    .executeTakeFirst()

/** Served by the index `model_file_version`. */
const filesOf = (transaction: Transaction<Schema>, versionId: number): Promise<VaultFile[]> =>
  transaction
    .selectFrom('model_file')
    .select(['id', 'name', 'size_bytes as sizeBytes'])
    .where('version_id', '=', versionId)
    .orderBy('id')
    .execute()

/** The cover is the first of the gallery. Served by the index `image_position`. */
async function imagesOf(transaction: Transaction<Schema>, versionId: number) {
  const images = await transaction
    .selectFrom('image')
    .select(['id', 'size_bytes'])
    .where('version_id', '=', versionId)
    .where(sql<boolean>`(nsfw_level & ${everyLevel}) <> 0`)
    .orderBy('position')
    .orderBy('id')
    .execute()
  return {
    sizeBytes: images.reduce((sum, image) => sum + image.size_bytes, 0),
    coverId: images[0]?.id ?? null,
  }
}

/** Served by the index `model_tag_model`. */
async function tagsOf(transaction: Transaction<Schema>, modelId: number): Promise<string[]> {
  const tags = await transaction
    .selectFrom('model_tag')
    .innerJoin('tag', 'tag.id', 'model_tag.tag_id')
    .select('tag.name')
    .where('model_tag.model_id', '=', modelId)
    .execute()
  return tags.map(({ name }) => name)
}

const kibibytes = (bytes: number) => Math.ceil(bytes / 1024)
