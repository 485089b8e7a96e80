import { z } from 'zod'
import { imagesTag } from '../catalog/cache-tags.ts'
import type { ImageFilter } from '../catalog/images/filter.ts'
import type { Models } from '../catalog/models/open-models.ts'
import { everyLevel } from '../catalog/nsfw/browsing-level.ts'
import { requestedLevels } from '../catalog/nsfw/level-words.ts'
import type { Tags } from '../catalog/tags.ts'
import type { UsedBaseModels } from '../catalog/used-base-models.ts'
import { CursorMetadata, cursorMetadata, pageStart, rejectBadCursors } from './core/cursor-pagination.ts'
import { endpoint } from './core/define.ts'
import { EndpointError, notFound } from './core/errors.ts'
import { exampleImage } from './examples/images.ts'
import { Image, toListedImageDto } from './image-presentation.ts'
import { type ImagesQuery, imagesQuery } from './images-query.ts'

/** Images of a page when no `limit` is given. */
const defaultLimit = 50

export const listImages = endpoint({
  method: 'GET',
  path: '/api/v1/images',
  category: 'public',
  scope: 'MediaRead',
  summary: 'Images of models, filtered and in an order, page by page',
  description: 'Images of listed models, and those that the hub owns without a model. A token makes no difference.',
  errors: [
    { kind: 'invalid', text: 'The cursor is not valid' },
    { kind: 'notFound', what: 'User not found' },
    { kind: 'tooDeep' },
  ],
  example: {
    query: { imageId: '90040100', withMeta: 'true' },
    reply: { items: [exampleImage], metadata: {} },
  },
  query: imagesQuery,
  reply: z.object({ items: z.array(Image), metadata: CursorMetadata }),
  namesPages: true,
  shows: () => [imagesTag],
  async handle({ query, images, models, tags, usedBaseModels, settings, origin, target }) {
    const { sort, withMeta, withTags } = query
    const limit = query.limit ?? Math.max(defaultLimit, query.ids?.length ?? 0)
    const { cursor, offset, numbered } = pageStart({ ...query, limit })
    await refuseUnknownBaseModels(query, usedBaseModels)
    const creatorId = await creatorNamed(query, models)
    const tagIds = query.tags && (await tagIdsOf(query.tags, tags))
    const hasUnknownTag = query.tags !== undefined && tagIds === undefined
    const filter: ImageFilter = {
      ...filterOf(query),
      levels: levelsOf(query, settings.defaultBrowsingLevel),
      creatorId: creatorId ?? query.userId,
      tagIds,
    }
    const parts = { meta: withMeta, tags: withTags }
    const oneCreator = creatorId === undefined || query.userId === undefined || creatorId === query.userId
    const found =
      oneCreator && !hasUnknownTag
        ? await rejectBadCursors(images.list(filter, { sort, limit, cursor, offset, parts }))
        : { images: [] }
    return {
      items: found.images.map((image) => toListedImageDto(image, { origin, withTags })),
      metadata: cursorMetadata(found, { limit, numbered, origin, target }),
    }
  },
})

/** @throws notFound when there is no such account */
async function creatorNamed({ username }: ImagesQuery, models: Models): Promise<number | undefined> {
  if (username === undefined) return undefined
  const id = await models.creatorId(username)
  if (id === undefined) throw notFound('User not found')
  return id
}

/** Digits are an id, everything else is a name. Undefined when one of them is no tag, which no image then has. */
async function tagIdsOf(asked: readonly string[], tags: Tags): Promise<number[] | undefined> {
  const isId = (text: string) => /^\d+$/.test(text)
  if (asked.length === 0) return undefined
  return tags.idsOfAll({ ids: asked.filter(isId).map(Number), names: asked.filter((text) => !isId(text)) })
}

/** @throws EndpointError with the valid names, which clients learn from it (contract §2 GET /images) */
async function refuseUnknownBaseModels({ baseModels }: ImagesQuery, used: UsedBaseModels): Promise<void> {
  const known = baseModels && (await used.unlessKnown(baseModels))
  if (!known) return
  const { error } = z.object({ baseModels: z.array(z.enum(known)) }).safeParse({ baseModels })
  if (error) throw new EndpointError({ kind: 'invalid', issues: error.issues })
}

/** `browsingLevel` beats `nsfw`; without either the owner's choice holds, whoever asks. */
function levelsOf({ browsingLevel, nsfw }: ImagesQuery, defaultBrowsingLevel: number): number {
  const asked = nsfw === undefined ? defaultBrowsingLevel : requestedLevels(nsfw)
  return (browsingLevel ?? asked) & everyLevel
}

const filterOf = (query: ImagesQuery): Partial<ImageFilter> => ({
  id: query.imageId,
  ids: query.ids,
  postId: query.postId,
  modelId: query.modelId,
  versionId: query.modelVersionId,
  type: query.type,
  baseModels: query.baseModels,
  period: query.period,
})
