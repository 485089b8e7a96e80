import { z } from 'zod'
import type { ListedImage, StillImage } from '../catalog/images/rows.ts'
import { levelWords, wordOf } from '../catalog/nsfw/level-words.ts'
import { imageUrl } from './image-address.ts'

/** An image as the list of images shows it (contract §2 GET /images). */
export const Image = z
  .object({
    id: z.int(),
    url: z.string().describe('The image as it is. `width=450` in the place of `original=true` gives it smaller.'),
    hash: z.string().describe('BlurHash.'),
    width: z.int(),
    height: z.int(),
    nsfwLevel: z.enum(levelWords),
    type: z.enum(['image', 'video']),
    nsfw: z.boolean().describe('Anything above PG.'),
    browsingLevel: z.int().describe('One bit: PG 1, PG-13 2, R 4, X 8, XXX 16.'),
    createdAt: z.iso.datetime(),
    postId: z.int().describe('The site’s where a sidecar names it, otherwise a local one, from 1,000,000,000.'),
    stats: z.object({
      cryCount: z.int(),
      laughCount: z.int(),
      likeCount: z.int(),
      dislikeCount: z.int(),
      heartCount: z.int(),
      commentCount: z.int(),
    }),
    meta: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('How the image was made, by the names that the program gave; null without `withMeta=true`.'),
    username: z.string(),
    baseModel: z.string().nullable(),
    modelVersionIds: z.array(z.int()).describe('Its own version first, then those whose files it names as used.'),
    thumbnail: z
      .object({ url: z.string(), width: z.int(), height: z.int() })
      .nullable()
      .describe('The still image next to the file of a video; null for images, and for videos without one.'),
    /** Of its model; only with `withTags`. */
    tags: z.array(z.object({ id: z.int(), name: z.string() })).optional(),
  })
  .meta({ id: 'Image', description: 'An image as the list of images shows it.' })

export function toListedImageDto(
  image: ListedImage,
  { origin, withTags }: { origin: string; withTags: boolean },
): z.infer<typeof Image> {
  const word = wordOf(image.nsfw_level)
  return {
    id: image.id,
    url: imageUrl(origin, image),
    hash: image.hash,
    width: image.width,
    height: image.height,
    nsfwLevel: word,
    type: image.type,
    nsfw: word !== 'None',
    browsingLevel: image.nsfw_level,
    createdAt: new Date(image.created_at).toISOString(),
    postId: image.post_id,
    stats: {
      cryCount: image.cry_count,
      laughCount: image.laugh_count,
      likeCount: image.like_count,
      dislikeCount: image.dislike_count,
      heartCount: image.heart_count,
      commentCount: image.comment_count,
    },
    meta: image.meta,
    username: image.username,
    baseModel: image.base_model,
    modelVersionIds: image.versionIds,
    thumbnail: image.still && presentStill(image.still, origin),
    ...(withTags && { tags: image.tags }),
  }
}

const presentStill = (still: StillImage, origin: string) => ({
  url: imageUrl(origin, still),
  width: still.width,
  height: still.height,
})
