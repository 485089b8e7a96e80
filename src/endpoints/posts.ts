import { z } from 'zod'
import { imagesTag } from '../catalog/cache-tags.ts'
import { everyLevel } from '../catalog/nsfw/browsing-level.ts'
import { endpoint } from './core/define.ts'
import { notFound } from './core/errors.ts'
import { integer } from './core/parameters.ts'
import { exampleImage } from './examples/images.ts'
import { Image, toListedImageDto } from './image-presentation.ts'

const Post = z
  .object({
    id: z.int(),
    title: z.string().nullable(),
    detail: z.string().nullable().describe('HTML.'),
    nsfwLevel: z.int().describe('The levels of its images, as the sum of their bits.'),
    publishedAt: z.iso.datetime(),
    modelVersionId: z.int().nullable().describe('The version whose gallery it is.'),
    user: z.object({ id: z.int(), username: z.string() }),
    tags: z.array(z.object({ id: z.int(), name: z.string() })).describe('Of the model.'),
    images: z.array(Image).describe('In the order of the gallery, at most 100, `meta` null.'),
  })
  .meta({ id: 'Post', description: 'Images that belong together: the gallery of a version, or a post of the site.' })

const maxImages = 100

export const getPost = endpoint({
  method: 'GET',
  path: '/api/v1/posts/:id',
  category: 'public',
  scope: 'MediaRead',
  summary: 'A post: the gallery of a version',
  description:
    '`postId` of an image is its post. Shows the images that `GET /api/v1/images` lists without parameters; a post with none of them is a 404.',
  errors: [{ kind: 'notFound', what: 'Post not found' }],
  example: {
    params: { id: String(exampleImage.postId) },
    reply: {
      id: exampleImage.postId,
      title: null,
      detail: null,
      nsfwLevel: 1,
      publishedAt: '2026-03-14T15:09:00.000Z',
      modelVersionId: 900401,
      user: { id: 12, username: 'sample_inkroom' },
      tags: [{ id: 3, name: 'ink' }],
      images: [{ ...exampleImage, meta: null }],
    },
  },
  // 0 is an id that nothing has.
  params: z.object({ id: integer({ min: 0, max: 2 ** 31 - 1 }) }),
  reply: Post,
  shows: () => [imagesTag],
  async handle({ params, images, settings, origin }) {
    const levels = settings.defaultBrowsingLevel & everyLevel
    const post = await images.findPost({ id: params.id, levels, limit: maxImages })
    if (!post) throw notFound('Post not found')
    return {
      id: params.id,
      title: null,
      detail: null,
      nsfwLevel: post.images.reduce((bits, { nsfw_level }) => bits | nsfw_level, 0),
      publishedAt: new Date(post.publishedAt).toISOString(),
      modelVersionId: post.versionId,
      user: post.user,
      tags: post.tags,
      images: post.images.map((image) => toListedImageDto(image, { origin, withTags: false })),
    }
  },
})
