import type { FileHashes } from '../hashing/digests.ts'
import type { FoundFile } from '../watch/walk.ts'
import type { FileIdentity, Identity } from './identity.ts'

/** Everything that was read of an entry; what the catalog is made from. */
export interface EntryFacts {
  stem: string
  fingerprint: string
  /** Undefined when neither a model file nor a sidecar could be made sense of. */
  identity: Identity | undefined
  /** How much what lies beside the files can be trusted: 2 a sidecar names a file's SHA-256, 1 a sidecar, 0 none. */
  trust: 0 | 1 | 2
  files: FileFacts[]
  images: ImageFacts[]
}

export interface FileFacts {
  file: FoundFile
  hashes: FileHashes
  identity: FileIdentity
}

export interface ImageFacts {
  /** Relative to the library folder; relative to the hub's own images when `owned`. */
  path: string
  owned: boolean
  sizeBytes: number
  mtimeMs: number
  id?: number
  /** The site's id of its post, where a sidecar names it. */
  postId?: number
  /** Of a video: the path of the still image next to it. */
  still?: string
  type: 'image' | 'video'
  mime: string
  width: number
  height: number
  blurHash: string
  /** One bit. */
  nsfwLevel: number
  meta: Record<string, unknown> | undefined
  /** Hashes of models that the generation parameters name, upper case. */
  modelHashes: string[]
  /** Whether a bearer token stands in its bytes, which then are not served as they are. */
  holdsToken: boolean
}

/** Something that could not be used, in words for a person. */
export interface LibraryProblem {
  path: string
  reason: string
}
