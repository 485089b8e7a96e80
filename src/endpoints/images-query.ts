import { z } from 'zod'
import { imageSorts, mediaTypes, metricTimeframes } from '../catalog/enums.ts'
import { levelWords } from '../catalog/nsfw/level-words.ts'
import { flag, id, idList, integer, oneOf, text, textList } from './core/parameters.ts'

/** The parameters of `GET /images` (contract §2). What each leaves out is written in `docs/filters.md`. */
export const imagesQuery = z.object({
  limit: integer({ min: 0, max: 200 })
    .optional()
    .describe('How many images a page has: 50, with `ids` as many as they are. 0 gives none.'),
  page: integer({ min: 1, max: 2 ** 31 - 1 })
    .optional()
    .describe('Counts from 1, and reaches the first 1,000 images.'),
  cursor: text().optional().describe('`nextCursor` of the page before, under the same `sort`. Reaches everything.'),
  ids: idList({ min: 1, max: 100 })
    .optional()
    .describe('These images, in the order of `sort`; unknown ones are left out. At most 100.'),
  imageId: id().optional().describe('This image.'),
  postId: id().optional().describe('The images of this post.'),
  modelId: id().optional().describe('Images of the model, of any of its versions.'),
  modelVersionId: id()
    .optional()
    .describe('Images of the version, and images of other models that name one of its files as used.'),
  userId: id().optional().describe('Images of this account.'),
  username: text().optional().describe('Images of this creator, in any letter case. An unknown one is a 404.'),
  period: oneOf(metricTimeframes).optional().describe('Images at most a day, 7, 30 or 365 days old.'),
  sort: oneOf(imageSorts)
    .default('Most Reactions')
    .describe('`Random` is a number that chance gave each image once, so that pages follow each other.'),
  nsfw: z
    .union([oneOf(levelWords), flag()], { error: `Expected ${levelWords.join(', ')}, true or false` })
    .optional()
    .describe(
      "Absent: the levels that the hub's owner chose, PG unless said otherwise. `None`, `false`: PG. `Soft`: to PG-13. `Mature`: to R. `X`: all. `true`: R to XXX alone.",
    ),
  browsingLevel: integer({ min: 0, max: 2 ** 31 - 1 })
    .optional()
    .describe('The levels themselves, as the sum of their bits: PG 1, PG-13 2, R 4, X 8, XXX 16. Beats `nsfw`.'),
  tags: textList().optional().describe('Images of models with all of these tags: ids (digits), or names.'),
  type: oneOf(mediaTypes).optional().describe('`audio` keeps nothing: the hub shows none.'),
  baseModels: textList()
    .optional()
    .describe(
      'Images made with any of these, in exact letters. A name that neither `GET /api/v1/enums` nor a model of the hub has is a 400, which lists the valid names.',
    ),
  withMeta: flag().default(false).describe('`true`: with how each image was made.'),
  withTags: flag().default(false).describe('`true`: with the tags of its model.'),
})
export type ImagesQuery = z.infer<typeof imagesQuery>
