import {
  any,
  flag,
  id,
  int,
  list,
  map,
  name,
  none,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
  time,
  url,
} from './shape.ts'

/* The responses of the site API (contract §2, enumerations of §4), with every key that the contract lists. */

const modelType = oneOf(
  'Checkpoint',
  'TextualInversion',
  'Hypernetwork',
  'AestheticGradient',
  'LORA',
  'LoCon',
  'DoRA',
  'Controlnet',
  'Upscaler',
  'MotionModule',
  'VAE',
  'TextEncoder',
  'UNet',
  'CLIPVision',
  'Poses',
  'Wildcards',
  'Workflows',
  'ComfyWorkflows',
  'Detection',
  'VisionLanguage',
  'CLIP',
  'LLM',
  'Other',
)
const fileType = oneOf(
  'Model',
  'Text Encoder',
  'Vision Encoder',
  'Pruned Model',
  'Negative',
  'Training Data',
  'VAE',
  'Config',
  'Archive',
  'UNet',
  'Diffusion Model',
  'CLIPVision',
  'ControlNet',
  'Workflow',
  'Upscaler',
  'Enhancement LoRA',
  'Other',
)
const format = oneOf('SafeTensor', 'PickleTensor', 'GGUF', 'Diffusers', 'Core ML', 'ONNX', 'Other')
const precision = oneOf(
  'fp32',
  'fp16',
  'bf16',
  'mxfp8',
  'fp8_mixed',
  'fp8_scaled',
  'fp8',
  'int8',
  'nf4',
  'nvfp4',
  'int4',
)
const scan = oneOf('Pending', 'Success', 'Danger', 'Error')
const availability = oneOf('Public', 'Unsearchable', 'Private', 'EarlyAccess')
const mediaType = oneOf('image', 'video')
const mode = optional(oneOf('Archived', 'TakenDown'))

const hashes = object({
  AutoV1: optional(name),
  AutoV2: optional(name),
  AutoV3: optional(name),
  SHA256: optional(name),
  CRC32: optional(name),
  BLAKE3: optional(name),
})

const fileFields = {
  id,
  name,
  type: fileType,
  sizeKB: number,
  metadata: object({
    format: optional(format),
    size: optional(oneOf('full', 'pruned')),
    fp: optional(precision),
    quantType: optional(name),
  }),
  pickleScanResult: scan,
  pickleScanMessage: nullable(text),
  virusScanResult: scan,
  virusScanMessage: nullable(text),
  scannedAt: time,
  hashes,
  downloadUrl: url,
}

const imageFields = {
  url,
  nsfwLevel: int,
  width: id,
  height: id,
  hash: name,
  type: mediaType,
  minor: flag,
  poi: flag,
  hasMeta: flag,
  hasPositivePrompt: flag,
  onSite: flag,
  remixOfId: none,
  metadata: map(any),
}

const versionFields = {
  id,
  name,
  baseModel: name,
  baseModelType: nullable(text),
  createdAt: time,
  publishedAt: time,
  updatedAt: time,
  availability,
  nsfwLevel: int,
  description: text,
  trainedWords: list(text),
  downloadUrl: url,
}

const version = object({
  ...versionFields,
  index: int,
  supportsGeneration: flag,
  stats: object({ downloadCount: int, thumbsUpCount: int, thumbsDownCount: int }),
  files: list(object({ ...fileFields, primary: optional(flag) })),
  images: list(object({ ...imageFields, id })),
})

export const model = object({
  id,
  name,
  description: nullable(text),
  type: modelType,
  nsfw: flag,
  nsfwLevel: int,
  availability,
  supportsGeneration: flag,
  allowNoCredit: flag,
  allowDerivatives: flag,
  allowDifferentLicense: flag,
  allowCommercialUse: list(oneOf('None', 'Image', 'RentCivit', 'Rent', 'Sell')),
  minor: flag,
  poi: flag,
  sfwOnly: flag,
  cosmetic: none,
  mode,
  stats: object({
    downloadCount: int,
    thumbsUpCount: int,
    thumbsDownCount: int,
    commentCount: int,
    tippedAmountCount: int,
  }),
  creator: object({ username: name, image: nullable(text) }),
  tags: list(text),
  modelVersions: list(version),
})

export const detailedVersion = object({
  ...versionFields,
  modelId: id,
  status: oneOf('Published'),
  uploadType: oneOf('Created', 'Trained'),
  usageControl: oneOf('Download'),
  trainingStatus: none,
  trainingDetails: none,
  earlyAccessEndsAt: none,
  earlyAccessConfig: map(any),
  air: name,
  supportsGeneration: flag,
  model: object({ name, type: modelType, nsfw: flag, poi: flag, mode }),
  stats: object({ downloadCount: int, thumbsUpCount: int }),
  files: list(object({ ...fileFields, primary: flag })),
  images: list(object({ ...imageFields, meta: nullable(map(any)) })),
})

export const miniVersion = object({
  air: name,
  versionName: name,
  modelName: name,
  baseModel: name,
  availability,
  publishedAt: time,
  size: number,
  fileType,
  fileName: name,
  hashes,
  downloadUrls: list(url),
  format,
  canGenerate: flag,
  requireAuth: flag,
  checkPermission: flag,
  earlyAccessEndsAt: optional(time),
  freeTrialLimit: none,
  additionalResourceCharge: flag,
  minor: flag,
  sfwOnly: flag,
  isFeatured: flag,
})

export const versionIds = list(object({ modelVersionId: id, modelId: id, hash: name }))

const tag = object({ id, name })
const imageItem = {
  id,
  url,
  hash: name,
  width: id,
  height: id,
  nsfwLevel: oneOf('None', 'Soft', 'Mature', 'X'),
  type: mediaType,
  nsfw: flag,
  browsingLevel: int,
  createdAt: time,
  postId: id,
  stats: object({
    cryCount: int,
    laughCount: int,
    likeCount: int,
    dislikeCount: int,
    heartCount: int,
    commentCount: int,
  }),
  meta: nullable(map(any)),
  username: name,
  baseModel: nullable(text),
  modelVersionIds: list(id),
  thumbnail: nullable(object({ url, width: id, height: id })),
  tags: optional(list(tag)),
}
export const image = object(imageItem)

export const post = object({
  id,
  title: nullable(text),
  detail: nullable(text),
  nsfwLevel: int,
  publishedAt: time,
  modelVersionId: nullable(id),
  user: object({ id, username: name }),
  tags: list(tag),
  images: list(image),
})

export const creator = object({ username: name, modelCount: int, link: url, image: nullable(text) })
export const tagItem = object({ name, link: url, modelCount: int })
export const user = object({ id, username: name, avatarNsfw: oneOf('None') })

const collectionFields = {
  id,
  name,
  description: nullable(text),
  type: oneOf('Model', 'Article', 'Post', 'Image', 'Model3D'),
  nsfwLevel: int,
  read: oneOf('Public'),
  isPublic: flag,
  itemCount: int,
  coverImageUrl: nullable(url),
  coverImage: nullable(object({ id, url, type: mediaType, width: id, height: id, nsfwLevel: int })),
  mode: none,
  user: object({ id, username: name }),
}
export const collection = object(collectionFields)
export const detailedCollection = object({ ...collectionFields, tags: list(tag) })

/** `metadata` of lists by cursor, whose cursors are texts; of collections integers. */
export const cursorMetadata = object({
  nextCursor: optional(name),
  nextPage: optional(url),
  currentPage: optional(int),
  pageSize: optional(int),
})
export const collectionMetadata = object({ nextCursor: optional(int), nextPage: optional(url) })
export const countedMetadata = object({
  totalItems: int,
  currentPage: int,
  pageSize: int,
  totalPages: int,
  nextPage: optional(url),
  prevPage: optional(url),
})

export const enums = object({
  ModelType: list(name),
  ModelFileType: list(name),
  ActiveBaseModel: list(name),
  BaseModel: list(name),
  BaseModelType: list(name),
})

export const me = object({
  id,
  username: name,
  tier: oneOf('free', 'founder', 'bronze', 'silver', 'gold'),
  status: oneOf('active', 'muted', 'banned'),
  isMember: flag,
  subscriptions: list(text),
  isModerator: optional(flag),
  email: optional(name),
  emailVerified: optional(flag),
  tokenScope: optional(int),
  buzzLimit: optional(none),
  subject: optional(object({ type: oneOf('apiKey', 'oauth'), id })),
})

export const vault = object({
  vault: object({ userId: id, storageKb: number, usedStorageKb: number, meta: map(any), updatedAt: time }),
})
const vaultItem = object({
  id,
  vaultId: id,
  status: oneOf('Pending', 'Stored', 'Failed'),
  modelVersionId: id,
  modelId: id,
  modelName: name,
  versionName: name,
  creatorId: nullable(int),
  creatorName: name,
  type: modelType,
  baseModel: name,
  category: text,
  modelSizeKb: number,
  detailsSizeKb: number,
  imagesSizeKb: number,
  createdAt: time,
  addedAt: time,
  refreshedAt: none,
  notes: none,
  meta: object({ failures: int }),
  coverImageUrl: nullable(text),
  files: list(object({ id, sizeKB: number, url, displayName: name })),
})
export const vaultItems = object({
  items: list(vaultItem),
  totalItems: int,
  currentPage: int,
  pageSize: int,
  totalPages: int,
})
export const vaultChecks = list(object({ modelVersionId: id, vaultItem: nullable(vaultItem) }))
export const toggled = object({ success: flag, vaultId: optional(id) })
