import { Anchor, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { BusyButton } from '../parts/busy-button'
import { RefusalAlert } from '../parts/refusal-alert'
import { giveSecondFactor } from './sign-in'

const kinds = {
  totp: {
    hint: 'Your authenticator app shows a code of six digits for this hub.',
    label: 'Code',
    other: 'Use a backup code instead',
  },
  'backup-code': {
    hint: 'One of the codes that you kept when you turned the second factor on. Each works once.',
    label: 'Backup code',
    other: 'Use the authenticator app instead',
  },
} as const

/** The step after a right password, for accounts with a second factor. */
export function SecondFactorForm({ onSignedIn, onStartAgain }: { onSignedIn: () => void; onStartAgain: () => void }) {
  const [kind, setKind] = useState<keyof typeof kinds>('totp')
  const [code, setCode] = useState('')
  const [trustDevice, setTrustDevice] = useState(false)
  const giving = useMutation({
    mutationFn: () => giveSecondFactor({ kind, code: code.replaceAll(/\s/g, ''), trustDevice }),
    onSuccess: onSignedIn,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    giving.mutate()
  }
  const change = () => {
    setKind(kind === 'totp' ? 'backup-code' : 'totp')
    setCode('')
    giving.reset()
  }
  const { hint, label, other } = kinds[kind]
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>{hint}</Text>
        <RefusalAlert error={giving.error} />
        <TextInput
          // A field of its own for each kind, so that changing puts the cursor into it.
          key={kind}
          label={label}
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          inputMode={kind === 'totp' ? 'numeric' : 'text'}
          maxLength={32}
          required
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Checkbox
          label="Do not ask again in this browser for 30 days"
          checked={trustDevice}
          onChange={(event) => setTrustDevice(event.currentTarget.checked)}
        />
        <BusyButton type="submit" isBusy={giving.isPending}>
          Sign in
        </BusyButton>
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={change}>
            {other}
          </Anchor>
          <Anchor component="button" type="button" size="sm" onClick={onStartAgain}>
            Start again
          </Anchor>
        </Group>
      </Stack>
    </form>
  )
}
