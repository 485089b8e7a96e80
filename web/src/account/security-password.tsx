import { Checkbox, PasswordInput, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type Viewer, viewerQuery } from '../api/viewer'
import { BusyButton } from '../parts/busy-button'
import { RefusalAlert } from '../parts/refusal-alert'
import { NewPasswordInput } from '../sign-in/new-account-fields'
import { askAuth } from '../sign-in/sign-in'
import { sessionsQuery } from './sessions-state'
import { SettingsSection } from './settings-section'

/** Changing the password, or setting the first one. */
export function PasswordSection({ viewer }: { viewer: Viewer }) {
  const [isFirst] = useState(!viewer.hasPassword)
  return (
    <SettingsSection title="Password" about="What you sign in with when you use no passkey.">
      {viewer.hasPassword ? (
        <PasswordChangeForm username={viewer.username} takesFocus={isFirst} />
      ) : (
        <FirstPasswordForm username={viewer.username} />
      )}
    </SettingsSection>
  )
}

/** Of an account that signs in without a password so far. */
function FirstPasswordForm({ username }: { username: string }) {
  const queries = useQueryClient()
  const [wanted, setWanted] = useState('')
  const setting = useMutation({
    mutationFn: () => askAuth('/set-password', { newPassword: wanted }),
    async onSuccess() {
      notifications.show({ message: 'Your password is set.', color: 'teal' })
      await queries.invalidateQueries(viewerQuery)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setting.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack align="stretch" maw={420}>
        <Text>Your account has none so far. With one you can sign in here by your username as well.</Text>
        <RefusalAlert error={setting.error} />
        <NameOfPassword username={username} />
        <NewPasswordInput label="New password" value={wanted} onChange={setWanted} />
        <BusyButton type="submit" isBusy={setting.isPending} style={{ alignSelf: 'flex-start' }}>
          Set the password
        </BusyButton>
      </Stack>
    </form>
  )
}

/** `takesFocus` where it comes in place of the form that had it. */
function PasswordChangeForm({ username, takesFocus }: { username: string; takesFocus: boolean }) {
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
        <NameOfPassword username={username} />
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          autoFocus={takesFocus}
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

/** Tells password managers whose password a form is about. */
const NameOfPassword = ({ username }: { username: string }) => (
  <input type="hidden" name="username" autoComplete="username" value={username} />
)
