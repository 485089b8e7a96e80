import type { ImageTable } from '../../db/tables/catalog.ts'

/** An image as lists tell of it. Times are Unix milliseconds, flags 0 or 1. */
export type ListedImage = Pick<
  ImageTable,
  | 'id'
  | 'uuid'
  | 'extension'
  | 'type'
  | 'width'
  | 'height'
  | 'hash'
  | 'nsfw_level'
  | 'post_id'
  | 'base_model'
  | 'cry_count'
  | 'laugh_count'
  | 'like_count'
  | 'dislike_count'
  | 'heart_count'
  | 'comment_count'
  | 'created_at'
> & {
  /** The creator of the image, otherwise of its model, otherwise the default creator. */
  username: string
  /** Of a video: the still image next to its file, where the level of that is not higher. */
  still: StillImage | null
  /** Its own version first, then those that it was made with, by id. */
  versionIds: number[]
  /** How it was made; null where nothing is known, or it was not asked for. */
  meta: Record<string, unknown> | null
  /** Of its model; empty where they were not asked for. */
  tags: { id: number; name: string }[]
}

export type StillImage = Pick<ImageTable, 'id' | 'uuid' | 'extension' | 'width' | 'height'>

/** The columns that a record takes from `image`. */
export const imageColumns = [
  'image.id',
  'image.uuid',
  'image.extension',
  'image.type',
  'image.width',
  'image.height',
  'image.hash',
  'image.nsfw_level',
  'image.post_id',
  'image.base_model',
  'image.cry_count',
  'image.laugh_count',
  'image.like_count',
  'image.dislike_count',
  'image.heart_count',
  'image.comment_count',
  'image.created_at',
  'image.version_id',
] as const

/** Which of the longer parts a record has. */
export interface ImageParts {
  meta: boolean
  tags: boolean
}
