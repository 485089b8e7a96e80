import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { type InfiniteData, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { SlidersHorizontalIcon } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useViewer } from '../api/viewer'
import { ButtonLink } from '../parts/links'
import { Page } from '../parts/page'
import { SignInFirst } from '../parts/sign-in-first'
import type { Model } from './cards/model'
import { ModelList } from './cards/model-list'
import classes from './models-page.module.css'
import { ActiveFilters } from './search/active-filters'
import { Filters } from './search/filters'
import { isNarrowed, isPersonal, type ModelsSearch } from './search/models-search'

const route = getRouteApi('/models')
const FilterDrawer = lazy(() =>
  import('./search/filter-drawer').then(({ FilterDrawer }) => ({ default: FilterDrawer })),
)

const EmptyLibrary = lazy(() => import('./empty-library').then(({ EmptyLibrary }) => ({ default: EmptyLibrary })))

/** All models, and ways to find some of them. */
export function ModelsPage() {
  const search = route.useSearch()
  const viewer = useViewer()
  const [isOpen, { open, close }] = useDisclosure()
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false })
  const filters = <Filters search={search} seenBaseModels={useSeenBaseModels()} />
  return (
    <Page title={search.query ? `${search.query} - Models` : 'Models'} size={1800}>
      <div className={classes.layout}>
        {isWide && (
          <aside className={classes.side} aria-label="Filters">
            {filters}
          </aside>
        )}
        <Stack gap="md" miw={0}>
          <Group justify="space-between" wrap="nowrap">
            <Title order={1} size="h2">
              {search.favorites ? 'Favourites' : search.hidden ? 'Hidden models' : 'Models'}
            </Title>
            {!isWide && (
              <Button variant="default" size="sm" leftSection={<SlidersHorizontalIcon size={18} />} onClick={open}>
                Filters
              </Button>
            )}
          </Group>
          <ActiveFilters search={search} />
          {isPersonal(search) && viewer === null ? (
            <SignInFirst why="Favourites and hidden models belong to an account." />
          ) : (
            <ModelList search={search} empty={<NoModels search={search} />} />
          )}
        </Stack>
      </div>
      {isOpen && (
        <Suspense>
          <FilterDrawer onClose={close}>{filters}</FilterDrawer>
        </Suspense>
      )}
    </Page>
  )
}

function NoModels({ search }: { search: ModelsSearch }) {
  if (isNarrowed(search))
    return (
      <Stack align="flex-start" py="xl" aria-live="polite">
        <Title order={2} size="h3">
          {search.favorites ? 'No favourites' : search.hidden ? 'Nothing is hidden' : 'Nothing found'}
        </Title>
        <Text c="dimmed">
          {search.favorites
            ? 'The heart on a model puts it here.'
            : 'No model of this hub fits. Pictures above PG and their models are left out where you hide them.'}
        </Text>
        <ButtonLink to="/models" search={{}} variant="light">
          Clear filters
        </ButtonLink>
      </Stack>
    )
  return (
    <Suspense>
      <EmptyLibrary />
    </Suspense>
  )
}

/** Base models of what was listed so far: a hub may hold some that the words of the API do not know. */
function useSeenBaseModels(): string[] {
  const queries = useQueryClient()
  const lists = queries.getQueriesData<InfiniteData<{ items: Model[] }>>({ queryKey: ['models'] })
  const versions = lists.flatMap(([, list]) => list?.pages.flatMap(({ items }) => items) ?? [])
  return [...new Set(versions.flatMap(({ modelVersions }) => modelVersions.map(({ baseModel }) => baseModel)))].sort()
}
