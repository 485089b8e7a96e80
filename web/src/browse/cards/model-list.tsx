import { Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useDeferredValue, useEffect, useRef } from 'react'
import { BusyButton } from '../../parts/busy-button'
import { Failure } from '../../parts/failure'
import { useMatureChoice } from '../mature/mature-choice'
import type { ModelsSearch } from '../search/models-search'
import { CardGrid, CardGridSkeleton } from './card-grid'
import { InvalidFilter, isInvalid } from './invalid-filter'
import { modelsQuery } from './models-query'

/** All models that a search finds: more of them as one scrolls, or by a button. `empty` is there for none. */
export function ModelList({ search, empty }: { search: ModelsSearch; empty: ReactNode }) {
  const list = useInfiniteQuery(modelsQuery(search, useMatureChoice()))
  // Cards are many: they are drawn in pieces, between which the page answers whoever types or scrolls.
  const shown = useDeferredValue(list.data)
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = list

  if (list.isPending || (list.data && !shown)) return <CardGridSkeleton count={18} />
  if (!shown && isInvalid(list.error)) return <InvalidFilter />
  if (!shown) return <Failure error={list.error} onRetry={() => list.refetch()} />
  // A model that moved up while the list was read is in two pages.
  const models = [...new Map(shown.pages.flatMap(({ items }) => items).map((model) => [model.id, model])).values()]
  if (models.length === 0) return empty
  return (
    <Stack gap="md">
      <CardGrid models={models} />
      {isFetchingNextPage && <CardGridSkeleton count={6} />}
      {isFetchNextPageError && <Failure error={list.error} onRetry={() => fetchNextPage()} />}
      <EndOfList onNear={hasNextPage && !isFetchingNextPage && !isFetchNextPageError ? fetchNextPage : undefined}>
        {hasNextPage && !isFetchNextPageError && (
          <BusyButton variant="default" isBusy={isFetchingNextPage} onClick={() => fetchNextPage()}>
            Load more
          </BusyButton>
        )}
        {!hasNextPage && (
          <Text c="dimmed" size="sm">
            {models.length === 1
              ? 'This is the only one.'
              : `That is all: ${models.length.toLocaleString('en')} models.`}
          </Text>
        )}
      </EndOfList>
    </Stack>
  )
}

/** What is below a list. `onNear` is called when it comes near. */
function EndOfList({ onNear, children }: { onNear: (() => void) | undefined; children: ReactNode }) {
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!end.current || !onNear) return
    // Two screens ahead, so that who scrolls rarely waits.
    const watching = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) onNear()
      },
      { rootMargin: '1200px 0px' },
    )
    watching.observe(end.current)
    return () => watching.disconnect()
  }, [onNear])
  return (
    <div ref={end} style={{ minHeight: 40, textAlign: 'center' }}>
      {children}
    </div>
  )
}
