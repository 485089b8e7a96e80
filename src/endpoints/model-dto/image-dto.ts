import type { DetailedImageRecord, ImageRecord } from '../../catalog/models/rows.ts'
import { imageUrl } from '../image-address.ts'
import type { DetailedVersionImage, VersionImage } from './image.ts'

export const toImageDto = (image: ImageRecord, origin: string): VersionImage => ({
  id: image.id,
  ...commonParts(image, origin),
})

export const toDetailedImageDto = (image: DetailedImageRecord, origin: string): DetailedVersionImage => ({
  ...commonParts(image, origin),
  meta: image.meta,
})

const commonParts = (image: ImageRecord, origin: string) => ({
  url: imageUrl(origin, image),
  nsfwLevel: image.nsfw_level,
  width: image.width,
  height: image.height,
  hash: image.hash,
  type: image.type,
  minor: image.minor === 1,
  poi: image.poi === 1,
  hasMeta: image.has_meta === 1,
  hasPositivePrompt: image.has_positive_prompt === 1,
  onSite: false,
  remixOfId: null,
  metadata: { hash: image.hash, size: image.size_bytes, width: image.width, height: image.height },
})
