import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answerOf, api } from '../api/client'
import type { components, paths } from '../api/schema'
import { useViewer } from '../api/viewer'
import { countNoticed } from './key-notices'

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

type Limits = NonNullable<paths['/api/v1/me/tokens/{id}/preview']['post']['requestBody']>['content']['application/json']

/** Whom limits would have refused over the last 30 days. What the hub does not take as limits is said once, and not asked again. */
export const previewQuery = (id: number, limits: Limits) =>
  queryOptions({
    queryKey: ['keys', id, 'preview', limits],
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) =>
      answerOf(api.POST('/api/v1/me/tokens/{id}/preview', { params: { path: { id } }, body: limits, signal })),
  })

/** How many of the viewer's keys should be looked at, asked again every minute while the page is looked at. */
export function useKeyNotices(): number {
  const viewer = useViewer()
  const { data } = useQuery({
    ...keysQuery,
    enabled: viewer != null,
    refetchInterval: 60_000,
    select: ({ items }) => countNoticed(items, new Date()),
  })
  return (viewer && data) ?? 0
}

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
