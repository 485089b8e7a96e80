import { Alert, Button, PasswordInput, Stack, TextInput, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { viewerQuery } from '../api/viewer'
import { Page } from '../parts/page'
import { returnPath } from './return-path'
import { signInWithPassword } from './sign-in'

const route = getRouteApi('/login')

/** Signing in, and on to what one came for. */
export function LoginPage() {
  const { returnUrl, reason } = route.useSearch()
  const router = useRouter()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const signingIn = useMutation({
    mutationFn: () => signInWithPassword(name.trim(), password),
    async onSuccess() {
      await queries.invalidateQueries(viewerQuery)
      router.history.push(returnPath(returnUrl))
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signingIn.mutate()
  }
  return (
    <Page title="Sign in" size={420}>
      <Title order={1} mb="md">
        Sign in
      </Title>
      {reason === 'download-auth' && (
        <Alert mb="md" variant="light">
          This download needs you to be signed in.
        </Alert>
      )}
      <form onSubmit={submit}>
        <Stack>
          {signingIn.error && (
            <Alert color="red" variant="light" role="alert">
              {signingIn.error.message}
            </Alert>
          )}
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
          <Button type="submit" loading={signingIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Page>
  )
}
