import { Checkbox, PasswordInput, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Viewer } from '../api/viewer'
import { BusyButton } from '../parts/busy-button'
import { RefusalAlert } from '../parts/refusal-alert'
import { NewPasswordInput } from '../sign-in/new-account-fields'
import { askAuth } from '../sign-in/sign-in'
import { sessionsQuery } from './sessions-state'
import { SettingsSection } from './settings-section'

/** Changing the password. */
export function PasswordSection({ viewer }: { viewer: Viewer }) {
  return (
    <SettingsSection title="Password" about="What you sign in with when you use no passkey.">
      {viewer.hasPassword ? (
        <PasswordChangeForm username={viewer.username} />
      ) : (
        <Text>Your account has none: you sign in elsewhere. An owner can give you a link to set one.</Text>
      )}
    </SettingsSection>
  )
}

function PasswordChangeForm({ username }: { username: string }) {
  const queries = useQueryClient()
  const [current, setCurrent] = useState('')
  const [wanted, setWanted] = useState('')
  const [revokeOtherSessions, setRevokeOthers] = useState(true)
  const changing = useMutation({
    mutationFn: () =>
      askAuth('/change-password', { currentPassword: current, newPassword: wanted, revokeOtherSessions }),
    async onSuccess() {
      setCurrent('')
      setWanted('')
      notifications.show({ message: 'Your password is changed.', color: 'teal' })
      await queries.invalidateQueries(sessionsQuery)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    changing.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack align="stretch" maw={420}>
        <RefusalAlert error={changing.error} />
        {/* Tells password managers whose password this is. */}
        <input type="hidden" name="username" autoComplete="username" value={username} />
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          maxLength={128}
          required
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPasswordInput label="New password" value={wanted} onChange={setWanted} />
        <Checkbox
          label="Sign out everywhere else"
          checked={revokeOtherSessions}
          onChange={(event) => setRevokeOthers(event.currentTarget.checked)}
        />
        <BusyButton type="submit" isBusy={changing.isPending} style={{ alignSelf: 'flex-start' }}>
          Change the password
        </BusyButton>
      </Stack>
    </form>
  )
}
