import { queryOptions, useQuery } from '@tanstack/react-query'
import { ApiError, answerOf, api } from './client'

/** Who looks at the pages: null for nobody who is signed in. */
export const viewerQuery = queryOptions({
  queryKey: ['viewer'],
  staleTime: 300_000,
  async queryFn() {
    const session = await fetch('/api/auth/get-session', { credentials: 'same-origin' })
    if (!session.ok || (await session.json()) === null) return null
    return await answerOf(api.GET('/api/v1/me/account', {})).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    })
  },
})

export type Viewer = NonNullable<Awaited<ReturnType<NonNullable<typeof viewerQuery.queryFn>>>>

/** The viewer as far as known: undefined while it is asked. */
export const useViewer = () => useQuery(viewerQuery).data
