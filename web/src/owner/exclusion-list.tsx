import { Code, Group, Stack, Text } from '@mantine/core'
import type { LibraryState } from './library-state'

/** The patterns of files and folders that no scan reads, and the option that adds to them. */
export function ExclusionList({ exclusions: { builtIn, custom } }: { exclusions: LibraryState['exclusions'] }) {
  return (
    <Stack gap="xs">
      <Text size="sm">
        The hub leaves out recycle bins, snapshots and system folders, at any depth and in any letter case:
      </Text>
      <Patterns patterns={builtIn} label="Built-in exclusions" />
      {custom.length > 0 && (
        <>
          <Text size="sm">From the configuration:</Text>
          <Patterns patterns={custom} label="Exclusions from the configuration" />
        </>
      )}
      <Text size="sm" c="dimmed">
        To leave out more, start the hub with <code>--exclude NAME</code>.
      </Text>
    </Stack>
  )
}

function Patterns({ patterns, label }: { patterns: string[]; label: string }) {
  return (
    <Group component="ul" aria-label={label} gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
      {patterns.map((pattern) => (
        <li key={pattern}>
          <Code>{pattern}</Code>
        </li>
      ))}
    </Group>
  )
}
