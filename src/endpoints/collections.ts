import { z } from 'zod'
import type { CollectionCover, CollectionRecord } from '../catalog/collections.ts'
import { BadCursor } from '../catalog/cursor.ts'
import { collectionSorts, collectionTypes } from '../catalog/enums.ts'
import { levelsShown } from '../catalog/nsfw/browsing-level.ts'
import { endpoint } from './core/define.ts'
import { invalid, notFound } from './core/errors.ts'
import { pageUrl } from './core/next-page.ts'
import { flag, id, integer, oneOf, text } from './core/parameters.ts'
import { exampleImageUrl, exampleOrigin } from './examples/models.ts'
import { imageUrl } from './image-address.ts'

const CoverImage = z.object({
  id: z.int(),
  url: z.string(),
  type: z.enum(['image', 'video']),
  width: z.int(),
  height: z.int(),
  nsfwLevel: z.int().describe('One bit: PG 1, PG-13 2, R 4, X 8, XXX 16.'),
})

const ListedCollection = z
  .object({
    id: z.int(),
    name: z.string(),
    description: z.string().nullable(),
    type: z.enum(collectionTypes),
    nsfwLevel: z.int().describe('Bits of browsing levels.'),
    read: z.enum(['Public', 'Unlisted']).describe('In the list always `Public`.'),
    isPublic: z.boolean(),
    itemCount: z.int(),
    coverImageUrl: z.string().nullable().describe('The cover, 450 pixels wide.'),
    coverImage: CoverImage.nullable(),
    mode: z.null(),
    user: z.object({ id: z.int(), username: z.string() }),
  })
  .meta({ id: 'ListedCollection', description: 'A collection as the list shows it.' })

/** A collection by itself has what the list tells of it, and tags: the site's do, and those of a hub have none yet. */
const Collection = z
  .object({ ...ListedCollection.shape, tags: z.array(z.object({ id: z.int(), name: z.string() })) })
  .meta({ id: 'Collection', description: 'A collection by itself.' })

const CollectionList = z.object({
  items: z.array(ListedCollection),
  metadata: z.object({ nextCursor: z.int().optional(), nextPage: z.string().optional() }),
})

const exampleCollection: z.infer<typeof ListedCollection> = {
  id: 7,
  name: 'Ink and paper',
  description: 'What looks as if it were drawn by hand.',
  type: 'Model',
  nsfwLevel: 1,
  read: 'Public',
  isPublic: true,
  itemCount: 2,
  coverImageUrl: `${exampleOrigin}/media/b6ed8abe-0eb7-45e0-847e-fb746eaea496/width=450/90040100.png`,
  coverImage: {
    id: 90040100,
    url: exampleImageUrl,
    type: 'image',
    width: 512,
    height: 704,
    nsfwLevel: 1,
  },
  mode: null,
  user: { id: 4, username: 'ada' },
}

export const listCollections = endpoint({
  method: 'GET',
  path: '/api/v1/collections',
  category: 'mixed',
  scope: 'CollectionsRead',
  summary: 'Public collections, page by page; the same for every caller',
  description: 'Those that hold something of the browsing levels asked for; covers of other levels are left out.',
  errors: [{ kind: 'invalid', text: 'The cursor is not valid' }],
  example: { query: { limit: '1' }, reply: { items: [exampleCollection], metadata: {} } },
  namesPages: true,
  query: z.object({
    limit: integer({ min: 1, max: 100 }).default(100),
    cursor: integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
      .optional()
      .describe('`nextCursor` of the page before, under the same `sort`.'),
    query: text(100).optional().describe('What the name holds.'),
    sort: oneOf(collectionSorts).default('Newest'),
    nsfw: flag().optional().describe('Browsing levels, as of `GET /api/v1/models`.'),
  }),
  reply: CollectionList,
  async handle({ query, collections, settings, origin, target }) {
    const levels = levelsShown(query.nsfw, settings.defaultBrowsingLevel)
    const found = await collections.list({ ...query, levels }).catch((error) => {
      throw error instanceof BadCursor ? invalid(error.message) : error
    })
    const { nextCursor } = found
    return {
      items: found.collections.map((collection) => presentCollection(collection, origin)),
      metadata:
        nextCursor === undefined ? {} : { nextCursor, nextPage: pageUrl(origin, target, { cursor: nextCursor }) },
    }
  },
})

export const getCollection = endpoint({
  method: 'GET',
  path: '/api/v1/collections/:id',
  category: 'mixed',
  scope: 'CollectionsRead',
  summary: 'One collection; a private one is as if it were not there, for its owner as well',
  errors: [{ kind: 'notFound', what: 'No collection with id 1' }],
  example: { params: { id: '7' }, reply: { ...exampleCollection, tags: [] } },
  params: z.object({ id: id() }),
  reply: Collection,
  async handle({ params, collections, origin }) {
    const collection = await collections.byId(params.id)
    if (!collection) throw notFound(`No collection with id ${params.id}`)
    return { ...presentCollection(collection, origin), tags: [] }
  },
})

const presentCover = (cover: CollectionCover, origin: string): z.infer<typeof CoverImage> => ({
  id: cover.id,
  url: imageUrl(origin, cover),
  type: cover.type,
  width: cover.width,
  height: cover.height,
  nsfwLevel: cover.nsfw_level,
})

const coverWidth = 'width=450'

const presentCollection = (collection: CollectionRecord, origin: string): z.infer<typeof ListedCollection> => ({
  id: collection.id,
  name: collection.name,
  description: collection.description,
  type: collection.type,
  nsfwLevel: collection.nsfw_level,
  read: collection.read,
  isPublic: collection.read === 'Public',
  itemCount: collection.item_count,
  coverImageUrl: collection.cover && imageUrl(origin, collection.cover, coverWidth),
  coverImage: collection.cover && presentCover(collection.cover, origin),
  mode: null,
  user: { id: collection.account_id, username: collection.username },
})
