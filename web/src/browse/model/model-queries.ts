import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ApiError, answerOf, api } from '../../api/client'
import { askModel, type Model } from '../cards/model'
import { everyLevel } from '../mature/levels'

/** A model with its versions. */
export const modelQuery = (id: number) =>
  queryOptions({
    queryKey: ['model', id],
    queryFn: ({ signal }) => askModel(nameable(id), signal),
  })

/** The version of a model that an address asks for, or the first. */
export const shownVersion = ({ modelVersions }: Model, asked: number | undefined) =>
  modelVersions.find(({ id }) => id === asked) ?? modelVersions[0]

/** What a version says of itself alone: its AIR, early access, and whether it may be downloaded. */
export const versionQuery = (id: number) =>
  queryOptions({
    queryKey: ['version', id],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/model-versions/{id}', { params: { path: { id: nameable(id) } }, signal })),
  })

/** Where the base model of a version was read, and the names that its tensors exclude. */
export const baseModelQuery = (id: number) =>
  queryOptions({
    queryKey: ['base-model', id],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/model-versions/{id}/base-model', { params: { path: { id } }, signal })),
  })

/** Which facts of a model and its versions a source states. */
export const sourcesQuery = (modelId: number) =>
  queryOptions({
    queryKey: ['sources', modelId],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/models/{id}/sources', { params: { path: { id: nameable(modelId) } }, signal })),
  })

/** Whether a version's downloads need a sign-in. */
export const needsSignInQuery = (id: number) =>
  queryOptions({
    queryKey: ['needs-sign-in', id],
    queryFn: async ({ signal }) => {
      const asked = api.GET('/api/v1/model-versions/mini/{id}', { params: { path: { id } }, signal })
      return (await answerOf(asked)).requireAuth
    },
  })

/** The pictures of a version with how they were made, of every level; those above PG are veiled where they are shown. */
export const galleryQuery = (modelVersionId: number) =>
  infiniteQueryOptions({
    queryKey: ['gallery', modelVersionId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      answerOf(
        api.GET('/api/v1/images', {
          params: {
            query: { modelVersionId, cursor, withMeta: true, browsingLevel: everyLevel, sort: 'Oldest', limit: 24 },
          },
          signal,
        }),
      ),
    getNextPageParam: ({ metadata }) => metadata.nextCursor,
  })

/** One picture; null when there is none. */
export const imageQuery = (imageId: number) =>
  queryOptions({
    queryKey: ['image', imageId],
    async queryFn({ signal }) {
      const query = { imageId: nameable(imageId), withMeta: true, browsingLevel: everyLevel }
      const { items } = await answerOf(api.GET('/api/v1/images', { params: { query }, signal }))
      return items[0] ?? null
    },
  })

/** An address may hold anything in the place of an id: nothing is there. */
function nameable(id: number): number {
  if (!Number.isInteger(id) || id < 1 || id >= 2 ** 31) throw new ApiError(404, 'Nothing has this id')
  return id
}

export const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404
