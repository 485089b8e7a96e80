import { z } from 'zod'
import type { DetailedImageRecord, ImageRecord } from '../../catalog/models/records.ts'
import { imageAddress } from '../image-address.ts'

/** An image in the gallery of a version that was asked for by itself: it has no `id` there. */
export const DetailedVersionImage = z
  .object({
    url: z.string(),
    nsfwLevel: z.int().describe('One bit: PG 1, PG-13 2, R 4, X 8, XXX 16.'),
    width: z.int(),
    height: z.int(),
    hash: z.string().describe('BlurHash.'),
    type: z.enum(['image', 'video']),
    minor: z.boolean(),
    poi: z.boolean(),
    hasMeta: z.boolean(),
    hasPositivePrompt: z.boolean(),
    onSite: z.boolean(),
    remixOfId: z.null(),
    metadata: z.object({ hash: z.string(), size: z.int(), width: z.int(), height: z.int() }),
    meta: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('How the image was made; null when its file does not say.'),
  })
  .meta({
    id: 'DetailedVersionImage',
    description: 'An image in the gallery of a version that was asked for by itself.',
  })
export type DetailedVersionImage = z.infer<typeof DetailedVersionImage>

/** An image in the gallery of a model's version (contract §2 GET /models). */
export const VersionImage = z
  .object({ id: z.int(), ...DetailedVersionImage.omit({ meta: true }).shape })
  .meta({ id: 'VersionImage', description: "An image in the gallery of a model's version." })
export type VersionImage = z.infer<typeof VersionImage>

export const presentImage = (image: ImageRecord, origin: string): VersionImage => ({
  id: image.id,
  ...commonParts(image, origin),
})

export const presentDetailedImage = (image: DetailedImageRecord, origin: string): DetailedVersionImage => ({
  ...commonParts(image, origin),
  meta: image.meta,
})

const commonParts = (image: ImageRecord, origin: string) => ({
  url: imageAddress(origin, image),
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
