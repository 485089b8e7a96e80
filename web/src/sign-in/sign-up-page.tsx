import { Skeleton, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { answerOf, api } from '../api/client'
import { hubQuery } from '../api/hub'
import { viewerQuery } from '../api/viewer'
import { BusyButton } from '../parts/busy-button'
import { Failure } from '../parts/failure'
import { TextLink } from '../parts/links'
import { RefusalAlert } from '../parts/refusal-alert'
import { FormPage } from './form-page'
import { AccountFields, noFields } from './new-account-fields'
import { forgetSecret, secretOf } from './secret-of-address'
import { signInWithPassword } from './sign-in'

/** Making an account, where the hub is open to all or with the invitation of the link. */
export function SignUpPage() {
  const queries = useQueryClient()
  const [invitation] = useState(() => secretOf(queries, '/sign-up'))
  const hub = useQuery(hubQuery)
  return (
    <FormPage title="Make an account">
      {hub.isPending && <Skeleton height={320} />}
      {hub.error && <Failure error={hub.error} onRetry={() => hub.refetch()} />}
      {hub.data && (
        <>
          {invitation !== undefined || hub.data.signUp === 'open' ? (
            <SignUpForm invitation={invitation} />
          ) : (
            <Text>
              {hub.data.signUp === 'invitation'
                ? 'This hub takes new accounts by invitation. Open the link that you were given, once more if you came from it.'
                : 'This hub takes no new accounts. Its owner can make one for you.'}
            </Text>
          )}
          <Text size="sm">
            Have an account?{' '}
            <TextLink to="/login" underline="always">
              Sign in
            </TextLink>
          </Text>
        </>
      )}
    </FormPage>
  )
}

function SignUpForm({ invitation }: { invitation: string | undefined }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [fields, setFields] = useState(noFields)
  const signingUp = useMutation({
    async mutationFn() {
      const { username, email, password } = fields
      await answerOf(
        api.POST('/api/v1/sign-up', {
          body: { username, email: email.trim(), password, ...(invitation !== undefined && { invitation }) },
        }),
      )
      await signInWithPassword(username, password)
    },
    async onSuccess() {
      forgetSecret(queries, '/sign-up')
      await queries.invalidateQueries(viewerQuery)
      await navigate({ to: '/models', replace: true })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signingUp.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <RefusalAlert error={signingUp.error} />
        <AccountFields value={fields} onChange={setFields} />
        <BusyButton type="submit" isBusy={signingUp.isPending}>
          Make the account
        </BusyButton>
      </Stack>
    </form>
  )
}
