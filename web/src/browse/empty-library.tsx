import { Code, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useViewer } from '../api/viewer'
import { libraryQuery } from '../owner/library-state'
import { FilesToPut } from '../parts/files-to-put'
import { ButtonLink } from '../parts/links'

/** Shown while the hub has no models. Only owners learn the paths of its folders. */
export function EmptyLibrary() {
  const isOwner = useViewer()?.role === 'owner'
  const { data: library } = useQuery({
    ...libraryQuery,
    enabled: isOwner,
    refetchInterval: ({ state }) => (state.data?.scan ? 2000 : false),
  })
  const isReading = library?.scan != null || library?.folders.some(({ modelFiles }) => modelFiles > 0)
  return (
    <Stack align="flex-start" py="xl">
      <Title order={2} size="h3">
        The library is empty
      </Title>
      {isOwner ? (
        <>
          {library?.folders.map(({ path, modelFiles }) => (
            <Text key={path} c="dimmed" maw={640}>
              <Code dir="auto">{path}</Code> {modelFiles === 0 ? 'has no model files.' : 'has model files.'}
            </Text>
          ))}
          <Text c="dimmed" maw={640}>
            {library?.folders.length === 0 ? (
              'This hub has no folder yet.'
            ) : isReading ? (
              'The hub is reading its folders. Models appear here as soon as they are read.'
            ) : (
              <>
                <FilesToPut /> Models appear here as soon as they are read.
              </>
            )}
          </Text>
          <ButtonLink to="/owner/library" variant="light">
            Show the library
          </ButtonLink>
        </>
      ) : (
        <Text c="dimmed" maw={520}>
          This hub has no models yet. They appear here as soon as its owner puts model files into its library folder.
        </Text>
      )}
    </Stack>
  )
}
