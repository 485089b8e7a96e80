import { Alert, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { answerOf, api } from '../api/client'
import { BusyButton } from '../parts/busy-button'
import { ButtonLink } from '../parts/links'
import { RefusalAlert } from '../parts/refusal-alert'
import { FormPage } from './form-page'
import { NewPasswordInput } from './new-account-fields'
import { forgetSecret, secretOf } from './secret-of-address'

/** A new password, with the token of a link that an owner gave. */
export function ResetPasswordPage() {
  const queries = useQueryClient()
  const [token] = useState(() => secretOf(queries, '/reset-password'))
  const [password, setPassword] = useState('')
  const resetting = useMutation({
    mutationFn: (token: string) => answerOf(api.POST('/api/v1/password-reset', { body: { token, password } })),
    onSuccess: () => forgetSecret(queries, '/reset-password'),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token !== undefined) resetting.mutate(token)
  }
  return (
    <FormPage title="New password">
      {token === undefined ? (
        <Text>Open the link that you were given, once more if you came from it. Each works once, for 24 hours.</Text>
      ) : resetting.data ? (
        <>
          <Alert color="teal" variant="light" role="status">
            The password of {resetting.data.username} is changed, and every session has ended.
          </Alert>
          <ButtonLink to="/login">Sign in</ButtonLink>
        </>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <RefusalAlert error={resetting.error} />
            <NewPasswordInput label="New password" value={password} onChange={setPassword} />
            <BusyButton type="submit" isBusy={resetting.isPending}>
              Set the password
            </BusyButton>
          </Stack>
        </form>
      )}
    </FormPage>
  )
}
