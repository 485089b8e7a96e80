import { z } from 'zod'

/*
 * The shapes of answers as a strict client declares them (contract §2): what is named is there and of this type. They
 * are written from the contract, and know nothing of the hub's own schemas.
 */

/** ISO 8601 with time and zone. */
export const time = z.iso.datetime({ offset: true })
export const address = z.url({ protocol: /^https?$/ })
const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9A-F]{${digits}}$`))
const scan = z.enum(['Pending', 'Success', 'Danger', 'Error'])
const availability = z.enum(['Public', 'Unsearchable', 'Private', 'EarlyAccess'])
/** Keys that a healthy answer must not have, because strict clients refuse them. */
const absent = z.never().optional()

export const Hashes = z.strictObject({
  AutoV1: hex(8).optional(),
  AutoV2: hex(10).optional(),
  AutoV3: hex(12).optional(),
  SHA256: hex(64).optional(),
  CRC32: hex(8).optional(),
  BLAKE3: hex(64).optional(),
})

const fileFields = {
  id: z.int(),
  name: z.string().min(1),
  type: z.string(),
  sizeKB: z.number().positive(),
  metadata: z.object({
    format: z.string().optional(),
    size: z.enum(['full', 'pruned']).optional(),
    fp: z.string().optional(),
  }),
  pickleScanResult: scan,
  pickleScanMessage: z.string().nullable(),
  virusScanResult: scan,
  virusScanMessage: z.string().nullable(),
  scannedAt: time,
  hashes: Hashes,
  downloadUrl: address,
}

const imageFields = {
  url: address,
  nsfwLevel: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
  hash: z.string().min(6),
  type: z.enum(['image', 'video']),
  minor: z.boolean(),
  poi: z.boolean(),
  hasMeta: z.boolean(),
  hasPositivePrompt: z.boolean(),
  onSite: z.boolean(),
  remixOfId: z.null(),
  metadata: z.looseObject({}),
  nsfw: absent,
}

const versionFields = {
  id: z.int(),
  name: z.string(),
  baseModel: z.string(),
  baseModelType: z.string().nullable(),
  createdAt: time,
  publishedAt: time,
  updatedAt: time,
  availability,
  nsfwLevel: z.int(),
  description: z.string(),
  trainedWords: z.array(z.string()),
  downloadUrl: address,
}

export const Version = z.object({
  ...versionFields,
  index: z.int(),
  supportsGeneration: z.boolean(),
  stats: z.object({ downloadCount: z.int(), thumbsUpCount: z.int(), thumbsDownCount: z.int() }),
  files: z.array(z.object({ ...fileFields, primary: z.literal(true).optional() })).min(1),
  images: z.array(z.object({ ...imageFields, id: z.int() })),
})

export const Model = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string().nullable(),
  type: z.string(),
  nsfw: z.boolean(),
  nsfwLevel: z.int(),
  availability,
  supportsGeneration: z.boolean(),
  allowNoCredit: z.boolean(),
  allowCommercialUse: z.array(z.enum(['None', 'Image', 'RentCivit', 'Rent', 'Sell'])),
  allowDerivatives: z.boolean(),
  allowDifferentLicense: z.boolean(),
  minor: z.boolean(),
  poi: z.boolean(),
  sfwOnly: z.boolean(),
  cosmetic: z.null(),
  mode: absent,
  stats: z.object({
    downloadCount: z.int(),
    thumbsUpCount: z.int(),
    thumbsDownCount: z.int(),
    commentCount: z.int(),
    tippedAmountCount: z.int(),
  }),
  creator: z.object({ username: z.string(), image: z.string().nullable() }),
  tags: z.array(z.string()),
  modelVersions: z.array(Version).min(1),
})

export const DetailedVersion = z.object({
  ...versionFields,
  modelId: z.int(),
  index: absent,
  status: z.literal('Published'),
  uploadType: z.enum(['Created', 'Trained']),
  usageControl: z.literal('Download'),
  trainingStatus: z.null(),
  trainingDetails: z.null(),
  earlyAccessEndsAt: z.null(),
  earlyAccessConfig: z.looseObject({}),
  air: z.string(),
  stats: z.object({ downloadCount: z.int(), thumbsUpCount: z.int() }),
  model: z.object({ name: z.string(), type: z.string(), nsfw: z.boolean(), poi: z.boolean(), mode: absent }),
  files: z.array(z.object({ ...fileFields, primary: z.boolean() })).min(1),
  images: z.array(z.object({ ...imageFields, id: absent, meta: z.looseObject({}).nullable() })),
})

export const MiniVersion = z.object({
  air: z.string(),
  versionName: z.string(),
  modelName: z.string(),
  baseModel: z.string(),
  availability,
  publishedAt: time,
  size: z.number().positive(),
  fileType: z.string(),
  fileName: z.string(),
  hashes: Hashes,
  downloadUrls: z.array(address),
  format: z.string(),
  canGenerate: z.literal(false),
  requireAuth: z.boolean(),
  checkPermission: z.boolean(),
  earlyAccessEndsAt: absent,
  freeTrialLimit: z.null(),
  additionalResourceCharge: z.literal(false),
  minor: z.boolean(),
  sfwOnly: z.boolean(),
  isFeatured: z.literal(false),
})

/** `metadata` of lists by cursor. */
export const cursorMetadata = z.object({
  nextCursor: z.string().min(1).optional(),
  nextPage: address.optional(),
  currentPage: z.int().optional(),
  pageSize: z.int().optional(),
})
/** `metadata` of lists that are counted. */
const countedMetadata = z.object({
  totalItems: z.int(),
  currentPage: z.int(),
  pageSize: z.int(),
  totalPages: z.int(),
  nextPage: address.optional(),
  prevPage: address.optional(),
})

export const ModelList = z.object({ items: z.array(Model), metadata: cursorMetadata })

const ImageItem = z.object({
  id: z.int(),
  url: address,
  hash: z.string(),
  width: z.int(),
  height: z.int(),
  nsfwLevel: z.enum(['None', 'Soft', 'Mature', 'X']),
  type: z.enum(['image', 'video']),
  nsfw: z.boolean(),
  browsingLevel: z.int(),
  createdAt: time,
  postId: z.int().positive(),
  stats: z.object({
    cryCount: z.int(),
    laughCount: z.int(),
    likeCount: z.int(),
    dislikeCount: z.int(),
    heartCount: z.int(),
    commentCount: z.int(),
  }),
  meta: z.record(z.string(), z.unknown()).nullable(),
  username: z.string(),
  baseModel: z.string().nullable(),
  modelVersionIds: z.array(z.int()),
  thumbnail: z.strictObject({ url: address, width: z.int().positive(), height: z.int().positive() }).nullable(),
  tags: z.array(z.strictObject({ id: z.int(), name: z.string() })).optional(),
})
export const ImageList = z.object({ items: z.array(ImageItem), metadata: cursorMetadata })

export const Post = z.strictObject({
  id: z.int(),
  title: z.string().nullable(),
  detail: z.string().nullable(),
  nsfwLevel: z.int(),
  publishedAt: time,
  modelVersionId: z.int().nullable(),
  user: z.strictObject({ id: z.int(), username: z.string() }),
  tags: z.array(z.strictObject({ id: z.int(), name: z.string() })),
  images: z.array(ImageItem.extend({ meta: z.null() })).max(100),
})

export const CreatorList = z.object({
  items: z.array(
    z.object({ username: z.string(), modelCount: z.int().positive(), link: address, image: z.string().nullable() }),
  ),
  metadata: countedMetadata,
})
export const TagList = z.object({
  items: z.array(z.object({ name: z.string(), link: address, modelCount: z.int() })),
  metadata: countedMetadata,
})
export const UserList = z.object({
  items: z.array(z.object({ id: z.int(), username: z.string(), avatarNsfw: z.literal('None') })),
})
