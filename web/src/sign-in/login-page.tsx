import { Alert, Divider, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useHub } from '../api/hub'
import { viewerQuery } from '../api/viewer'
import { TextLink } from '../parts/links'
import { FormPage } from './form-page'
import { PasskeyButton } from './passkey-button'
import { passkeysPossible } from './passkeys-possible'
import { PasswordForm } from './password-form'
import { ProviderButtons } from './provider-buttons'
import { providerRefusal } from './provider-refusal'
import { returnPath } from './return-path'
import { SecondFactorForm } from './second-factor-form'

const route = getRouteApi('/login')

/** Signing in, and on to what one came for. */
export function LoginPage() {
  const { returnUrl, reason, error } = route.useSearch()
  const router = useRouter()
  const queries = useQueryClient()
  const hub = useHub()
  const [isHalfway, setHalfway] = useState(false)
  const finish = useCallback(async () => {
    await queries.invalidateQueries(viewerQuery)
    router.history.push(returnPath(returnUrl))
  }, [queries, router, returnUrl])

  if (isHalfway)
    return (
      <FormPage title="Second factor">
        <SecondFactorForm onSignedIn={finish} onStartAgain={() => setHalfway(false)} />
      </FormPage>
    )
  return (
    <FormPage title="Sign in">
      {hub?.setupNeeded && (
        <Alert variant="light" title="Nobody has an account yet">
          Open the link that the hub printed in its terminal: it makes the first account, which owns the hub.
        </Alert>
      )}
      {reason === 'download-auth' && <Alert variant="light">This download needs you to be signed in.</Alert>}
      {error && (
        <Alert color="red" variant="light" role="alert" title="You are not signed in">
          {providerRefusal(error)}
        </Alert>
      )}
      <PasswordForm onSignedIn={finish} onSecondFactor={() => setHalfway(true)} />
      <Elsewhere onSignedIn={finish} returnUrl={returnUrl} providers={hub?.providers ?? []} />
      {hub?.signUp === 'open' && (
        <Text size="sm" ta="center">
          New here?{' '}
          <TextLink to="/sign-up" underline="always">
            Make an account
          </TextLink>
        </Text>
      )}
    </FormPage>
  )
}

/** The ways in that need no password of this hub; nothing where there are none. */
function Elsewhere({
  onSignedIn,
  returnUrl,
  providers,
}: {
  onSignedIn: () => void
  returnUrl: string | undefined
  providers: readonly { id: string; name: string }[]
}) {
  const withPasskey = passkeysPossible()
  if (!withPasskey && providers.length === 0) return null
  return (
    <>
      <Divider label="or" />
      {withPasskey && <PasskeyButton onSignedIn={onSignedIn} />}
      <ProviderButtons providers={providers} returnUrl={returnUrl} />
    </>
  )
}
