import { Button, Group, Modal, Stack } from '@mantine/core'
import type { UseMutationResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { BusyButton } from './busy-button'
import { ChangeRefused } from './change-refused'

/**
 * Asks before something that cannot simply be taken back. `doing` is what happens on yes: the dialog stays while it is
 * under way and when it fails, with the reason, and closes when it is done.
 */
export function Confirm({
  opened,
  onClose,
  title,
  children,
  action,
  color = 'red.9',
  doing,
}: {
  opened: boolean
  onClose: () => void
  title: string
  children: ReactNode
  action: string
  color?: string
  doing: Pick<UseMutationResult<unknown, Error, void>, 'mutate' | 'isPending' | 'error' | 'reset'>
}) {
  const leave = () => {
    doing.reset()
    onClose()
  }
  return (
    <Modal opened={opened} onClose={leave} title={title}>
      <Stack>
        <div>{children}</div>
        <ChangeRefused error={doing.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={leave} data-autofocus>
            Cancel
          </Button>
          <BusyButton
            color={color}
            isBusy={doing.isPending}
            onClick={() => doing.mutate(undefined, { onSuccess: leave })}
          >
            {action}
          </BusyButton>
        </Group>
      </Stack>
    </Modal>
  )
}
