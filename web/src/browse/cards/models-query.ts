import { infiniteQueryOptions } from '@tanstack/react-query'
import { answerOf, api } from '../../api/client'
import type { MatureChoice } from '../mature/mature-choice'
import type { ModelsSearch } from '../search/models-search'

/** Models, a page of the list at a time. */
const pageSize = 30

/** The models that an address asks for, page by page; those above PG only where the viewer has not hidden them. */
export const modelsQuery = (search: ModelsSearch, mature: MatureChoice) =>
  infiniteQueryOptions({
    queryKey: ['models', search, mature === 'hidden'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        api.GET('/api/v1/models', {
          params: {
            query: {
              ...askedOf(search),
              limit: pageSize,
              cursor: pageParam,
              nsfw: mature !== 'hidden',
              primaryFileOnly: true,
            },
          },
          signal,
        }),
      ),
    getNextPageParam: ({ metadata }) => metadata.nextCursor,
  })

/** Addresses hold free texts; the hub says which of them it does not know. */
const askedOf = (search: ModelsSearch) =>
  search as Omit<ModelsSearch, 'types' | 'baseModels' | 'sort' | 'period'> & {
    types?: never
    baseModels?: never
    sort?: never
    period?: never
  }
