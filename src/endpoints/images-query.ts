import { z } from 'zod'
import { imageSorts, mediaTypes, metricTimeframes } from '../catalog/enums.ts'
import { levelWords } from '../catalog/nsfw/level-words.ts'
import { flag, id, integer, oneOf, text, textList } from './parameters.ts'

/** The parameters of `GET /images` (contract §2). What each leaves out is written in `docs/filters.md`. */
export const imagesQuery = z.object({
  limit: integer({ min: 0, max: 200 }).default(50),
  page: integer({ min: 1, max: 2 ** 31 - 1 }).optional(),
  cursor: text().optional(),
  imageId: id().optional(),
  postId: id().optional(),
  modelId: id().optional(),
  modelVersionId: id().optional(),
  userId: id().optional(),
  username: text().optional(),
  period: oneOf(metricTimeframes).optional(),
  sort: oneOf(imageSorts).default('Most Reactions'),
  nsfw: z.union([oneOf(levelWords), flag()], { error: `Expected ${levelWords.join(', ')}, true or false` }).optional(),
  browsingLevel: integer({ min: 0, max: 2 ** 31 - 1 }).optional(),
  /** Ids, as at the site, or names. */
  tags: textList().optional(),
  type: oneOf(mediaTypes).optional(),
  /** Free texts: a hub may hold images of base models that the enumeration does not know. */
  baseModels: textList().optional(),
  withMeta: flag().default(false),
  withTags: flag().default(false),
})
export type ImagesQuery = z.infer<typeof imagesQuery>
