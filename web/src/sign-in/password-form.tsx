import { PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { BusyButton } from '../parts/busy-button'
import { RefusalAlert } from '../parts/refusal-alert'
import { signInWithPassword } from './sign-in'

/** A name and a password. The field of the name is where browsers offer passkeys as well. */
export function PasswordForm({ onSignedIn, onSecondFactor }: { onSignedIn: () => void; onSecondFactor: () => void }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const signingIn = useMutation({
    mutationFn: () => signInWithPassword(name.trim(), password),
    onSuccess: (outcome) => (outcome === 'signed in' ? onSignedIn() : onSecondFactor()),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signingIn.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <RefusalAlert error={signingIn.error} />
        <TextInput
          label="Username or e-mail address"
          name="name"
          autoComplete="username webauthn"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          maxLength={128}
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <BusyButton type="submit" isBusy={signingIn.isPending}>
          Sign in
        </BusyButton>
      </Stack>
    </form>
  )
}
