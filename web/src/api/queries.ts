import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './client'

/** Asks again only what may work the next time: what was refused stays refused. */
const mayHelp = (failures: number, error: unknown) =>
  failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500)

/** `onSignedOut` is told when the hub no longer knows who asks, in the middle of something. */
export function openQueries(onSignedOut: () => void): QueryClient {
  const tellSignedOut = (error: unknown) => {
    if (error instanceof ApiError && error.status === 401) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError: tellSignedOut }),
    mutationCache: new MutationCache({ onError: tellSignedOut }),
    defaultOptions: {
      queries: { staleTime: 30_000, retry: mayHelp, refetchOnWindowFocus: false },
      mutations: { retry: false },
    },
  })
}
