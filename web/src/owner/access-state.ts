import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf, api } from '../api/client'
import type { AccessSearch } from './access-search'

/** Which programs of the last 30 days a policy of the hub would have refused. */
export const accessQuery = ({ anonymous, query }: AccessSearch) =>
  queryOptions({
    queryKey: ['access', anonymous, query],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/access/preview', {
          params: { query: { anonymousAccess: anonymous, queryTokens: query } },
          signal,
        }),
      ),
  })

export type AccessPreview = Awaited<ReturnType<NonNullable<ReturnType<typeof accessQuery>['queryFn']>>>
export type HubProgram = AccessPreview['programs'][number]
