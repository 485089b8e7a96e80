import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { answerOf, api } from '../api/client'
import type { components } from '../api/schema'

export type Key = components['schemas']['Token']

/** The API keys of the account, newest first; no secret is among what is kept. */
export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => answerOf(api.GET('/api/v1/me/tokens', { signal })),
})

/** The latest refused requests of one key. */
export const refusalsQuery = (id: number) =>
  queryOptions({
    queryKey: ['keys', id, 'refusals'],
    staleTime: 0,
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/me/tokens/{id}/refusals', { params: { path: { id } }, signal })),
  })

/**
 * Something that changes keys; the list is read again after it, when it seemed to fail too: of a change whose answer was
 * lost only the list tells. What it gives is forgotten as soon as nothing shows it.
 */
export function useKeyChange<Given>(change: () => Promise<Given>) {
  const queries = useQueryClient()
  return useMutation<Given, Error, void>({
    mutationFn: change,
    // A secret is in no cache: not even for the minutes that results are kept by default.
    gcTime: 0,
    onSettled(_given, error) {
      const reading = queries.invalidateQueries({ queryKey: keysQuery.queryKey })
      // Why it failed is told at once, and not when the hub has been asked in vain again.
      return error ? undefined : reading
    },
  })
}
