import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf, api } from '../api/client'
import type { AccountsSearch } from './accounts-search'

const pageSize = 25

/** One page of the accounts. */
export const accountsQuery = ({ query, page = 1 }: AccountsSearch) =>
  queryOptions({
    queryKey: ['accounts', { query, page }],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/accounts', {
          params: { query: { page, limit: pageSize, ...(query !== undefined && { query }) } },
          signal,
        }),
      ),
  })

export type AccountList = Awaited<ReturnType<NonNullable<ReturnType<typeof accountsQuery>['queryFn']>>>
export type Account = AccountList['items'][number]

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: ({ signal }) => answerOf(api.GET('/api/v1/invitations', { signal })),
})

export type Invitation = Awaited<ReturnType<NonNullable<typeof invitationsQuery.queryFn>>>['items'][number]
