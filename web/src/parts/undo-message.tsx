import { Button, Group, Text } from '@mantine/core'

/** Names what was changed, and takes the change back. */
export function UndoMessage({ name, onUndo }: { name: string; onUndo: () => void }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm" lineClamp={1} dir="auto">
        {name}
      </Text>
      <Button size="compact-sm" variant="light" onClick={onUndo} style={{ flexShrink: 0 }}>
        Undo
      </Button>
    </Group>
  )
}
