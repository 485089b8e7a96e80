import { z } from 'zod'
import { address, time } from './shapes.ts'

/* Shapes of what belongs to accounts: themselves, their collections, their vaults (contract §2). */

export const Me = z.object({
  id: z.int(),
  username: z.string(),
  tier: z.enum(['free', 'founder', 'bronze', 'silver', 'gold']),
  status: z.enum(['active', 'muted']),
  isMember: z.boolean(),
  subscriptions: z.array(z.string()),
  isModerator: z.boolean(),
  email: z.string().optional(),
  emailVerified: z.boolean().optional(),
  tokenScope: z.int(),
  buzzLimit: z.null(),
  subject: z.object({ type: z.literal('apiKey'), id: z.int() }),
})

const collectionFields = {
  id: z.int(),
  name: z.string(),
  description: z.string().nullable(),
  type: z.string(),
  nsfwLevel: z.int(),
  read: z.literal('Public'),
  isPublic: z.literal(true),
  itemCount: z.int(),
  coverImageUrl: address.nullable(),
  coverImage: z
    .strictObject({
      id: z.int(),
      url: address,
      type: z.enum(['image', 'video']),
      width: z.int().positive(),
      height: z.int().positive(),
      nsfwLevel: z.int(),
    })
    .nullable(),
  mode: z.null(),
  user: z.object({ id: z.int(), username: z.string() }),
}
export const Collection = z.object(collectionFields)
export const CollectionList = z.object({
  items: z.array(Collection),
  metadata: z.strictObject({ nextCursor: z.int32().positive().optional(), nextPage: address.optional() }),
})

export const VaultItem = z.object({
  id: z.int(),
  vaultId: z.int(),
  status: z.enum(['Pending', 'Stored', 'Failed']),
  modelVersionId: z.int(),
  modelId: z.int(),
  modelName: z.string(),
  versionName: z.string(),
  creatorId: z.int().nullable(),
  creatorName: z.string(),
  type: z.string(),
  baseModel: z.string(),
  category: z.string(),
  modelSizeKb: z.number(),
  detailsSizeKb: z.number(),
  imagesSizeKb: z.number(),
  createdAt: time,
  addedAt: time,
  refreshedAt: z.null(),
  notes: z.null(),
  meta: z.object({ failures: z.literal(0) }),
  coverImageUrl: z.string().nullable(),
  files: z.array(z.object({ id: z.int(), sizeKB: z.number(), url: address, displayName: z.string() })),
})

export const VaultItems = z.strictObject({
  items: z.array(VaultItem),
  totalItems: z.int(),
  currentPage: z.int(),
  pageSize: z.int(),
  totalPages: z.int(),
})

export const Vault = z.strictObject({
  vault: z.strictObject({
    userId: z.int(),
    storageKb: z.number(),
    usedStorageKb: z.number(),
    meta: z.strictObject({}),
    updatedAt: time,
  }),
})
