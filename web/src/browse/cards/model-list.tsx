import { Button, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { Failure } from '../../parts/failure'
import { useMatureChoice } from '../mature/mature-choice'
import type { ModelsSearch } from '../search/models-search'
import { CardGrid, CardGridSkeleton } from './card-grid'
import { modelsQuery } from './models-query'

/** All models that a search finds: more of them as one scrolls, or by a button. `empty` is there for none. */
export function ModelList({ search, empty }: { search: ModelsSearch; empty: ReactNode }) {
  const list = useInfiniteQuery(modelsQuery(search, useMatureChoice()))
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = list
  const end = useRef<HTMLDivElement>(null)
  const isWaiting = hasNextPage && !isFetchingNextPage && !isFetchNextPageError

  useEffect(() => {
    if (!end.current || !isWaiting) return
    // Two screens ahead, so that who scrolls rarely waits.
    const watching = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) fetchNextPage()
      },
      { rootMargin: '1200px 0px' },
    )
    watching.observe(end.current)
    return () => watching.disconnect()
  }, [isWaiting, fetchNextPage])

  if (list.isPending) return <CardGridSkeleton count={18} />
  if (!list.data) return <Failure error={list.error} onRetry={() => list.refetch()} />
  // A model that moved up while the list was read is in two pages.
  const models = [...new Map(list.data.pages.flatMap(({ items }) => items).map((model) => [model.id, model])).values()]
  if (models.length === 0) return empty
  return (
    <Stack gap="md">
      <CardGrid models={models} />
      {isFetchingNextPage && <CardGridSkeleton count={6} />}
      {isFetchNextPageError && <Failure error={list.error} onRetry={() => fetchNextPage()} />}
      <div ref={end} style={{ minHeight: 40, textAlign: 'center' }}>
        {hasNextPage && !isFetchNextPageError && (
          <Button variant="default" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
            Load more
          </Button>
        )}
        {!hasNextPage && (
          <Text c="dimmed" size="sm">
            {models.length === 1
              ? 'This is the only one.'
              : `That is all: ${models.length.toLocaleString('en')} models.`}
          </Text>
        )}
      </div>
    </Stack>
  )
}
