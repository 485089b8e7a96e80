import { Alert, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { answerOf, api } from '../api/client'
import { hubQuery } from '../api/hub'
import { viewerQuery } from '../api/viewer'
import { BusyButton } from '../parts/busy-button'
import { Failure } from '../parts/failure'
import { ButtonLink } from '../parts/links'
import { RefusalAlert } from '../parts/refusal-alert'
import { FormPage } from './form-page'
import { AccountFields, noFields } from './new-account-fields'
import { forgetSecret, secretOf } from './secret-of-address'
import { signInWithPassword } from './sign-in'

/** The first run: whoever sees the terminal makes the account that owns the hub, and then sees the library fill. */
export function SetupPage() {
  const hub = useQuery(hubQuery)
  return (
    <FormPage title="Set up this hub">
      {hub.isPending && <Skeleton height={420} />}
      {hub.error && <Failure error={hub.error} onRetry={() => hub.refetch()} />}
      {hub.data?.setupNeeded === true && <SetupForm />}
      {hub.data?.setupNeeded === false && (
        <>
          <Alert variant="light">This hub has been set up: it has an owner.</Alert>
          <ButtonLink to="/login">Sign in</ButtonLink>
        </>
      )}
    </FormPage>
  )
}

function SetupForm() {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [codeOfLink] = useState(() => secretOf(queries, '/setup'))
  const [code, setCode] = useState(codeOfLink ?? '')
  const [fields, setFields] = useState(noFields)
  const settingUp = useMutation({
    async mutationFn() {
      const { username, email, password } = fields
      await answerOf(
        api.POST('/api/v1/setup', { body: { code: code.trim(), username, email: email.trim(), password } }),
      )
      await signInWithPassword(username, password)
    },
    async onSuccess() {
      forgetSecret(queries, '/setup')
      await queries.invalidateQueries(viewerQuery)
      await navigate({ to: '/owner/library', search: { first: true }, replace: true })
      await queries.invalidateQueries(hubQuery)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    settingUp.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>
          Make the first account. It owns the hub: it invites people, and sees to the library. Model files are being
          read in the meantime.
        </Text>
        <RefusalAlert error={settingUp.error} />
        <TextInput
          label="Setup code"
          description={codeOfLink ? 'From the link that you opened' : 'The hub printed it in its terminal'}
          name="code"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={32}
          required
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <AccountFields value={fields} onChange={setFields} />
        <BusyButton type="submit" isBusy={settingUp.isPending}>
          Make the account
        </BusyButton>
      </Stack>
    </form>
  )
}
