import { Box, Card, Stack, Text } from '@mantine/core'
import type { LibraryState } from './library-state'

const divided = { borderTop: '1px solid var(--mantine-color-default-border)' }

/** What could not be read, and why. */
export function LibraryProblems({ problems }: { problems: LibraryState['problems'] }) {
  const { items, total } = problems
  if (total === 0) return <Text c="dimmed">None: everything in the folders could be read.</Text>
  return (
    <>
      <Card withBorder padding={0}>
        <Stack component="ul" gap={0} m={0} p={0} style={{ listStyle: 'none' }}>
          {items.map(({ path, reason }, index) => (
            <Box component="li" key={`${path} ${reason}`} px="md" py="sm" style={index > 0 ? divided : undefined}>
              <Text dir="auto" size="sm" ff="monospace">
                {path}
              </Text>
              <Text size="sm" c="dimmed">
                {reason}
              </Text>
            </Box>
          ))}
        </Stack>
      </Card>
      {total > items.length && (
        <Text size="sm" c="dimmed" mt="sm">
          These are the first {items.length} of {total.toLocaleString('en')}.
        </Text>
      )}
    </>
  )
}
