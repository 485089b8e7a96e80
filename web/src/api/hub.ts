import { queryOptions, useQuery } from '@tanstack/react-query'
import { answerOf, api } from './client'

/** What the hub tells everybody of itself: whether it is set up, who may sign up, and where else people can sign in. */
export const hubQuery = queryOptions({
  queryKey: ['hub'],
  staleTime: 60_000,
  queryFn: ({ signal }) => answerOf(api.GET('/api/v1/hub', { signal })),
})

/** What the hub is like, as far as known: undefined while it is asked. */
export const useHub = () => useQuery(hubQuery).data
