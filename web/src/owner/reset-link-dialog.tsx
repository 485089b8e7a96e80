import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { answerOf, api } from '../api/client'
import { BusyButton } from '../parts/busy-button'
import { RefusalAlert } from '../parts/refusal-alert'
import type { Account } from './accounts-state'
import { OneTimeLink } from './one-time-link'

/** Makes a link with which a person who forgot their password sets another. */
export function ResetLinkDialog({
  account,
  opened,
  onClose,
}: {
  account: Account
  opened: boolean
  onClose: () => void
}) {
  const making = useMutation({
    // Kept nowhere once the dialog is closed.
    gcTime: 0,
    mutationFn: () =>
      answerOf(api.POST('/api/v1/accounts/{id}/password-reset', { params: { path: { id: account.id } } })),
  })
  const leave = () => {
    making.reset()
    onClose()
  }
  return (
    <Modal opened={opened} onClose={leave} title={`Password reset link: ${account.username}`}>
      <Stack>
        <RefusalAlert error={making.error} />
        {making.data ? (
          <OneTimeLink {...making.data} label="Reset link" />
        ) : (
          <>
            <Text>
              Whoever opens the link sets a new password for {account.username}, and every session of the account ends.
              The hub sends no mail: give the link to the person yourself.
            </Text>
            <Group justify="flex-end">
              <Button variant="default" onClick={leave}>
                Cancel
              </Button>
              <BusyButton isBusy={making.isPending} onClick={() => making.mutate()} data-autofocus>
                Make the link
              </BusyButton>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  )
}
