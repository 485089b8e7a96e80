import type {
  Availability,
  BaseModelType,
  CheckpointType,
  CommercialUse,
  FloatPrecision,
  HashKind,
  MediaType,
  ModelFileSize,
  ModelFileType,
  ModelFormat,
  ModelType,
  QuantType,
  ScanResult,
} from '../../catalog/enums.ts'
import type { Thumbnail } from '../headers/modelspec.ts'

/** The kinds of sidecars, the most informative first. */
export const sidecarKinds = ['civitai-info', 'metadata-json', 'cm-info', 'swarm-json', 'web-ui-json', 'text'] as const
export type SidecarKind = (typeof sidecarKinds)[number]

/** A field of a sidecar that could not be used. The other fields are. */
export type SidecarProblem = { field: string; reason: string }

/**
 * The facts that a sidecar states about the model file next to it. Values are normalized: hashes are upper case, ids are
 * positive 32-bit integers, times are Unix milliseconds. HTML is not sanitized.
 */
export type SidecarClaim = {
  source: SidecarKind
  problems: SidecarProblem[]
  /** The SHA-256 of every file that the sidecar describes. */
  sha256: string[]
  modelId?: number
  versionId?: number
  modelName?: string
  versionName?: string
  modelType?: ModelType
  baseModel?: string
  baseModelType?: BaseModelType
  checkpointType?: CheckpointType
  /** Of the model; HTML, not sanitized. */
  description?: string
  /** Of the version; HTML, not sanitized. */
  versionDescription?: string
  trainedWords?: string[]
  tags?: string[]
  creator?: { username: string; image?: string }
  nsfw?: boolean
  nsfwLevel?: number
  poi?: boolean
  minor?: boolean
  publishedAt?: number
  createdAt?: number
  updatedAt?: number
  allowNoCredit?: boolean
  allowCommercialUse?: CommercialUse[]
  allowDerivatives?: boolean
  allowDifferentLicense?: boolean
  availability?: Availability
  earlyAccessEndsAt?: number
  earlyAccessConfig?: Record<string, unknown>
  stats?: Stats
  versionStats?: Stats
  files?: ClaimedFile[]
  images?: ClaimedImage[]
  /** Browsing level of the first preview; one bit. */
  previewLevel?: number
  notes?: string
  favorite?: boolean
  preferredWeight?: number
  negativePrompt?: string
  /** An image of the model that the sidecar contains. */
  thumbnail?: Thumbnail
}

export type Stats = {
  downloadCount?: number
  thumbsUpCount?: number
  thumbsDownCount?: number
  commentCount?: number
  tippedAmountCount?: number
}

export type ClaimedFile = {
  id?: number
  name: string
  type?: ModelFileType
  sizeKB?: number
  primary?: boolean
  metadata: { format?: ModelFormat; size?: ModelFileSize; fp?: FloatPrecision; quantType?: QuantType }
  hashes: Partial<Record<HashKind, string>>
  scan?: ClaimedScan
}

/** The results of the site's scanners for a file. */
export type ClaimedScan = {
  pickleResult?: ScanResult
  pickleMessage?: string
  virusResult?: ScanResult
  virusMessage?: string
  /** Unix milliseconds. */
  scannedAt?: number
}

export type ClaimedImage = {
  id?: number
  /** The post that the image belongs to. */
  postId?: number
  url: string
  /** One bit: 1 PG, 2 PG-13, 4 R, 8 X, 16 XXX, 32 blocked. */
  nsfwLevel?: number
  width?: number
  height?: number
  /** BlurHash. */
  hash?: string
  type: MediaType
  meta?: Record<string, unknown>
}

/** Returns a claim without the fields that are `undefined`. */
export function createSidecarClaim(claim: { [K in keyof SidecarClaim]: SidecarClaim[K] | undefined }): SidecarClaim {
  return withoutUndefined(claim) as SidecarClaim // every reader sets the required fields
}

export function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const known = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(known) as { [K in keyof T]?: Exclude<T[K], undefined> } // undefined fields are filtered out
}
