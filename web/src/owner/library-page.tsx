import { Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Failure } from '../parts/failure'
import { ButtonLink } from '../parts/links'
import { ExclusionList } from './exclusion-list'
import { FolderList } from './folder-list'
import { LibraryProblems } from './library-problems'
import { libraryQuery, useLiveLibrary } from './library-state'
import { OwnerOnly } from './owner-only'
import { ScanPanel } from './scan-panel'

const route = getRouteApi('/owner/library')

/** The folders of model files, and how far the hub is with them, as it happens. */
export function LibraryPage() {
  const { first } = route.useSearch()
  return (
    <OwnerOnly title={first ? 'Your library' : 'Library'}>
      <LiveLibrary isFirst={first === true} />
    </OwnerOnly>
  )
}

function LiveLibrary({ isFirst }: { isFirst: boolean }) {
  const { isLost } = useLiveLibrary()
  const library = useQuery({
    ...libraryQuery,
    // How far a scan is comes by itself; what it found so far in each folder is asked for.
    refetchInterval: ({ state }) => (state.data?.scan ? 2000 : false),
  })
  if (library.error && !library.data) return <Failure error={library.error} onRetry={() => library.refetch()} />
  if (!library.data)
    return (
      <Stack>
        <Skeleton height={190} />
        <Skeleton height={140} />
      </Stack>
    )
  const { folders, exclusions, scan, problems } = library.data
  return (
    <Stack gap="xl">
      {isFirst && (
        <Group justify="space-between">
          <Text maw="38rem">
            The hub is set up, and you own it. Models appear as soon as they are read; you do not have to wait for the
            last one.
          </Text>
          <ButtonLink to="/models">See the models</ButtonLink>
        </Group>
      )}
      <ScanPanel scan={scan} folders={folders} isLost={isLost} />
      <section aria-labelledby="folders">
        <Title order={2} size="h3" id="folders" mb="sm">
          Folders
        </Title>
        <FolderList folders={folders} />
      </section>
      <section aria-labelledby="exclusions">
        <Title order={2} size="h3" id="exclusions" mb="sm">
          Exclusions
        </Title>
        <ExclusionList exclusions={exclusions} />
      </section>
      <section aria-labelledby="problems">
        <Title order={2} size="h3" id="problems" mb="sm">
          Problems
        </Title>
        <LibraryProblems problems={problems} />
      </section>
    </Stack>
  )
}
