import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { BusyButton } from '../parts/busy-button'
import { RefusalAlert } from '../parts/refusal-alert'

/** Asks for the password once more, before something that a stolen session must not do. */
export function PasswordStep<Answer>({
  children,
  action,
  color,
  ask,
  onAnswer,
  onCancel,
}: {
  children?: ReactNode
  action: string
  color?: string
  ask: (password: string) => Promise<Answer>
  onAnswer: (answer: Answer) => void
  onCancel: () => void
}) {
  const [password, setPassword] = useState('')
  const asking = useMutation({ mutationFn: () => ask(password), onSuccess: onAnswer, gcTime: 0 })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    asking.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        {children}
        <RefusalAlert error={asking.error} />
        <PasswordInput
          label="Your password"
          autoComplete="current-password"
          maxLength={128}
          required
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <BusyButton type="submit" isBusy={asking.isPending} {...(color !== undefined && { color })}>
            {action}
          </BusyButton>
        </Group>
      </Stack>
    </form>
  )
}
