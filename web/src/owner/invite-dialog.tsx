import { Alert, Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core'
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
      {signUp === 'off' ? (
        <SignUpOff onClose={leave} />
      ) : inviting.data ? (
        <OneTimeLink {...inviting.data} label="Invitation link" />
      ) : (
        <form onSubmit={submit}>
          <Stack>
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

/** Explains why nobody can be invited, and how the owner changes that. */
const SignUpOff = ({ onClose }: { onClose: () => void }) => (
  <Stack>
    <Alert variant="light" color="orange" title="Sign-up is off">
      This hub accepts no new accounts, so an invitation could not be used. Restart the hub with{' '}
      <code>--sign-up invitation</code>, then invite people here. To create an account without an invitation, run{' '}
      <code>modelkeep user add NAME --email ADDRESS</code>.
    </Alert>
    <Group justify="flex-end">
      <Button onClick={onClose} data-autofocus>
        Close
      </Button>
    </Group>
  </Stack>
)
