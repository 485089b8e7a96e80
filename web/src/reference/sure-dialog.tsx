import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core'

/** Asks before a request that may change something. */
export function SureDialog({
  opened,
  onClose,
  onYes,
  request,
}: {
  opened: boolean
  onClose: () => void
  onYes: () => void
  request: string
}) {
  return (
    <Modal opened={opened} onClose={onClose} title="Send a request that changes something">
      <Stack>
        <Text size="sm">This is sent to the hub for real, and cannot be taken back:</Text>
        <Code block style={{ whiteSpace: 'pre-wrap' }}>
          {request}
        </Code>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" onClick={onYes}>
            Send it
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
