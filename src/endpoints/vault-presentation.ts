import { z } from 'zod'
import { modelTypes, vaultItemStatuses } from '../catalog/enums.ts'
import type { VaultItem as VaultItemRecord } from '../catalog/vault/vault-item.ts'
import { imageUrl } from './image-address.ts'
import { downloadUrl } from './model-dto/file-dto.ts'

/** What an account keeps of a version (contract §2, Vault). */
export const VaultItem = z
  .object({
    id: z.int(),
    vaultId: z.int(),
    status: z.enum(vaultItemStatuses),
    modelVersionId: z.int(),
    modelId: z.int(),
    modelName: z.string(),
    versionName: z.string(),
    creatorId: z.int().nullable(),
    creatorName: z.string(),
    type: z.enum(modelTypes),
    baseModel: z.string(),
    category: z.string(),
    modelSizeKb: z.int(),
    detailsSizeKb: z.int(),
    imagesSizeKb: z.int(),
    createdAt: z.iso.datetime(),
    addedAt: z.iso.datetime(),
    refreshedAt: z.null(),
    notes: z.null(),
    meta: z.object({ failures: z.int() }),
    coverImageUrl: z.string().nullable(),
    files: z.array(z.object({ id: z.int(), sizeKB: z.number(), url: z.string(), displayName: z.string() })),
  })
  .meta({ id: 'VaultItem', description: 'What an account keeps of a version.' })
export type VaultItem = z.infer<typeof VaultItem>

/**
 * A vault's id is its account's, as at the site. Nothing is copied elsewhere in the background, so every item is
 * `Stored` from the beginning.
 */
export const toVaultItemDto = (item: VaultItemRecord, origin: string): VaultItem => ({
  id: item.id,
  vaultId: item.accountId,
  status: 'Stored',
  modelVersionId: item.versionId,
  modelId: item.modelId,
  modelName: item.modelName,
  versionName: item.versionName,
  creatorId: item.creatorId,
  creatorName: item.creatorName,
  type: item.type,
  baseModel: item.baseModel,
  category: item.category,
  modelSizeKb: item.modelSizeKb,
  detailsSizeKb: item.detailsSizeKb,
  imagesSizeKb: item.imagesSizeKb,
  createdAt: new Date(item.versionCreatedAt).toISOString(),
  addedAt: new Date(item.addedAt).toISOString(),
  refreshedAt: null,
  notes: null,
  meta: { failures: 0 },
  coverImageUrl: item.cover && imageUrl(origin, item.cover, 'width=450'),
  files: item.files.map(({ id, name, sizeBytes }) => ({
    id,
    sizeKB: sizeBytes / 1024,
    url: `${downloadUrl(origin, item.versionId)}?fileId=${id}`,
    displayName: name,
  })),
})
