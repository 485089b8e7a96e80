import { Group, Stack, Text, TextInput } from '@mantine/core'
import { CopyButton } from '../parts/copy-button'
import { PointInTime } from '../parts/point-in-time'

/** A link that is shown now and never again. */
export function OneTimeLink({ url, expiresAt, label }: { url: string; expiresAt: string; label: string }) {
  return (
    <Stack gap="xs">
      <Group align="flex-end" wrap="nowrap">
        <TextInput
          label={label}
          readOnly
          value={url}
          style={{ flex: 1 }}
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton value={url} label={`Copy: ${label}`} />
      </Group>
      <Text size="sm" c="dimmed">
        It works once, and ends <PointInTime at={expiresAt} />. It is not shown again: send it to the person now.
      </Text>
    </Stack>
  )
}
