import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { answerOf, api } from '../api/client'
import { useHub } from '../api/hub'
import { BusyButton } from '../parts/busy-button'
import { RefusalAlert } from '../parts/refusal-alert'
import { invitationsQuery } from './accounts-state'
import { OneTimeLink } from './one-time-link'

const days = [1, 7, 30]

/** Makes an invitation, and shows its link this one time. */
export function InviteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const queries = useQueryClient()
  const signUp = useHub()?.signUp
  const [email, setEmail] = useState('')
  const [expiresInDays, setExpiresInDays] = useState(7)
  const inviting = useMutation({
    // Kept nowhere once the dialog is closed.
    gcTime: 0,
    mutationFn: () =>
      answerOf(
        api.POST('/api/v1/invitations', { body: { expiresInDays, ...(email.trim() && { email: email.trim() }) } }),
      ),
    onSuccess: () => queries.invalidateQueries(invitationsQuery),
  })
  const leave = () => {
    inviting.reset()
    setEmail('')
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    inviting.mutate()
  }
  return (
    <Modal opened={opened} onClose={leave} title="Invite someone">
      {inviting.data ? (
        <OneTimeLink {...inviting.data} label="Invitation link" />
      ) : (
        <form onSubmit={submit}>
          <Stack>
            {signUp === 'off' && (
              <Text size="sm">
                Sign-up is off, so invitations cannot be used. Start the hub with <code>--sign-up invitation</code>.
              </Text>
            )}
            <RefusalAlert error={inviting.error} />
            <TextInput
              label="E-mail address"
              description="Empty: whoever has the link can use it. Given: only for an account with this address."
              type="email"
              maxLength={254}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              data-autofocus
            />
            <NativeSelect
              label="Valid for"
              data={days.map((count) => ({ value: String(count), label: count === 1 ? '1 day' : `${count} days` }))}
              value={String(expiresInDays)}
              onChange={(event) => setExpiresInDays(Number(event.currentTarget.value))}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={leave}>
                Cancel
              </Button>
              <BusyButton type="submit" isBusy={inviting.isPending}>
                Make the link
              </BusyButton>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
