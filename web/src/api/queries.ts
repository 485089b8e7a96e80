import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './client'

/** Asks again only what may work the next time: what was refused stays refused. */
const mayHelp = (failures: number, error: unknown) =>
  failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500)

/**
 * `onSignedOut` is told when the hub no longer knows who asks, in the middle of something; `onChanged` of everything that
 * the hub changed for them.
 */
export function openQueries({
  onSignedOut,
  onChanged,
}: {
  onSignedOut: () => void
  onChanged: () => void
}): QueryClient {
  const tellSignedOut = (error: unknown) => {
    if (error instanceof ApiError && error.status === 401) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError: tellSignedOut }),
    mutationCache: new MutationCache({ onError: tellSignedOut, onSuccess: onChanged }),
    defaultOptions: {
      // A hub is as often as not on this machine or beside it: who has no internet may well have the hub.
      queries: { staleTime: 30_000, retry: mayHelp, refetchOnWindowFocus: false, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}
