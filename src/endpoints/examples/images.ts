import type { z } from 'zod'
import type { Image } from '../image-presentation.ts'
import { exampleImageUrl, exampleMeta } from './models.ts'

/** An image of the sample library, as the list of images shows it. */
export const exampleImage: z.infer<typeof Image> = {
  id: 90040100,
  url: exampleImageUrl,
  hash: 'TeH_=8t7IU~qofRj4oWVofD%WBof',
  width: 512,
  height: 704,
  nsfwLevel: 'None',
  type: 'image',
  nsfw: false,
  browsingLevel: 1,
  createdAt: '2026-03-14T15:09:00.000Z',
  postId: 1_000_000_012,
  stats: { cryCount: 0, laughCount: 0, likeCount: 0, dislikeCount: 0, heartCount: 0, commentCount: 0 },
  meta: exampleMeta,
  username: 'sample_inkroom',
  baseModel: 'SDXL 1.0',
  modelVersionIds: [900401, 900102],
  thumbnail: null,
}
