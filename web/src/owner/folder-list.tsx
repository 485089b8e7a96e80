import { Badge, Card, Group, Stack, Text } from '@mantine/core'
import { FolderIcon } from 'lucide-react'
import { FilesToPut } from '../parts/files-to-put'
import { PointInTime } from '../parts/point-in-time'
import { counted, readableBytes } from '../parts/quantities'
import type { LibraryState } from './library-state'

const states = {
  watched: { color: 'teal', label: 'Watched' },
  unwatched: { color: 'gray', label: 'Not watched' },
  missing: { color: 'red', label: 'Missing' },
} as const

/** Each folder of model files, what is in it, and how it is. */
export function FolderList({ folders }: { folders: LibraryState['folders'] }) {
  if (folders.length === 0)
    return (
      <Text c="dimmed">
        No folder yet. Start the hub with one (<code>modelkeep serve FOLDER</code>), or add one while it runs:{' '}
        <code>modelkeep folder add FOLDER</code>
      </Text>
    )
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
      {folders.map((folder) => (
        <Card component="li" withBorder key={folder.path} padding="md">
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Group gap="xs" wrap="nowrap" align="flex-start" miw={0}>
              <FolderIcon size={20} aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />
              <Text fw={600} dir="auto">
                {folder.path}
              </Text>
            </Group>
            <Badge variant="light" color={states[folder.state].color} style={{ flexShrink: 0 }}>
              {states[folder.state].label}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed" mt={4}>
            {counted(folder.modelFiles, 'model file', 'model files')}, {readableBytes(folder.bytes)}
            {folder.problemCount > 0 && `, ${counted(folder.problemCount, 'problem', 'problems')}`} · added{' '}
            <PointInTime at={folder.addedAt} />
            {folder.scannedAt ? (
              <>
                , read <PointInTime at={folder.scannedAt} />
              </>
            ) : (
              ', not read yet'
            )}
          </Text>
          {folder.state !== 'missing' && folder.scannedAt !== null && folder.modelFiles === 0 && (
            <Text size="sm" mt={4}>
              This folder is empty. <FilesToPut />
              {folder.state === 'unwatched' && ' Then press "Scan again".'}
            </Text>
          )}
          {folder.state === 'missing' && (
            <Text size="sm" mt={4}>
              The hub cannot read this folder at the moment. What it knows of it stays until the folder is back or is
              removed.
            </Text>
          )}
        </Card>
      ))}
    </Stack>
  )
}
