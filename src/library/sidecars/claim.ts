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

/** The kinds of sidecars, best informed first. */
export const sidecarKinds = ['civitai-info', 'metadata-json', 'cm-info', 'swarm-json', 'web-ui-json', 'text'] as const
export type SidecarKind = (typeof sidecarKinds)[number]

/** A part of a sidecar that could not be used; the rest of it still is. */
export type SidecarProblem = { field: string; reason: string }

/**
 * What a sidecar says about the model file beside it. Everything is optional and already of the catalog's letters:
 * hashes in upper case, ids positive 32-bit integers, times in Unix milliseconds, HTML as it stood.
 */
export type SidecarClaim = {
  source: SidecarKind
  problems: SidecarProblem[]
  /** The SHA-256 of every file that the sidecar speaks of. */
  sha256: string[]
  modelId?: number
  versionId?: number
  modelName?: string
  versionName?: string
  modelType?: ModelType
  baseModel?: string
  baseModelType?: BaseModelType
  checkpointType?: CheckpointType
  /** Of the model; HTML that is not sanitised. */
  description?: string
  /** Of the version; HTML that is not sanitised. */
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
  /** Of the first preview; one bit. */
  previewLevel?: number
  notes?: string
  favorite?: boolean
  preferredWeight?: number
  negativePrompt?: string
  /** A picture of the model inside the sidecar. */
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

/** What scanners of the site found in a file. */
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
  /** Of the post that the image belongs to. */
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

/** A claim without the fields that are `undefined`. */
export function createSidecarClaim(claim: { [K in keyof SidecarClaim]: SidecarClaim[K] | undefined }): SidecarClaim {
  return withoutUndefined(claim) as SidecarClaim // the required ones are given by every reader
}

export function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const known = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(known) as { [K in keyof T]?: Exclude<T[K], undefined> } // the undefined ones are gone
}
