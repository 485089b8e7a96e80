import type {
  BaseModelType,
  FloatPrecision,
  ModelFileSize,
  ModelFileType,
  ModelFormat,
  ModelType,
  QuantType,
} from '../../catalog/enums.ts'
import type { Thumbnail } from '../headers/modelspec.ts'
import type { ClaimedImage, ClaimedScan, SidecarClaim, SidecarKind, SidecarProblem, Stats } from '../sidecars/claim.ts'

/** Where a fact was read. `+sha256` marks a sidecar that names this very file's hash. */
export type FactSource = SidecarKind | `${SidecarKind}+sha256` | 'header' | 'folder' | 'name' | 'default'

/** A base model that a source names, and that the tensors of the file exclude. */
export type SetAsideName = {
  baseModel: string
  source: FactSource
  /** The key or the folder that names it. */
  where?: string
  /** What the tensors are instead; `unknown` when they only exclude the name. */
  tensors: string
  /** Whether it is shown nevertheless, since its source names the file's own SHA-256. */
  isTaken: boolean
}

/** What a model file is, with every fact from the best source that had it. */
export type Identity = {
  model: ModelIdentity
  version: VersionIdentity
  file: FileIdentity
  images: ClaimedImage[]
  thumbnail?: Thumbnail
  /** `model.name` → where it came from, for every fact that is there. */
  provenance: Record<string, FactSource>
  problems: Array<SidecarProblem & { source: SidecarKind }>
}

export type ModelIdentity = {
  name: string
  type: ModelType
  tags: string[]
  nsfw: boolean
  id?: number
  /** Name of the license, as the header of the file has it; at most 200 characters. */
  license?: string
} & Pick<
  SidecarClaim,
  | 'description'
  | 'creator'
  | 'nsfwLevel'
  | 'poi'
  | 'minor'
  | 'checkpointType'
  | 'allowNoCredit'
  | 'allowCommercialUse'
  | 'allowDerivatives'
  | 'allowDifferentLicense'
  | 'stats'
  | 'notes'
  | 'favorite'
>

export type VersionIdentity = {
  name: string
  baseModel: string
  trainedWords: string[]
  id?: number
  description?: string
  baseModelType?: BaseModelType
  stats?: Stats
  /** Base models that sources name and that the tensors exclude; absent when there are none. */
  setAside?: SetAsideName[]
} & Pick<
  SidecarClaim,
  | 'publishedAt'
  | 'createdAt'
  | 'updatedAt'
  | 'availability'
  | 'earlyAccessEndsAt'
  | 'earlyAccessConfig'
  | 'preferredWeight'
  | 'negativePrompt'
>

export type FileIdentity = {
  type: ModelFileType
  format: ModelFormat
  id?: number
  /** The name that the site has for the file; the one on disk may be another. */
  siteName?: string
  size?: ModelFileSize
  fp?: FloatPrecision
  quantType?: QuantType
  /** Of a sidecar that names the file's own SHA-256. */
  scan?: ClaimedScan
  /** Its tensors take up the file to the last byte. */
  isVerified?: boolean
}
