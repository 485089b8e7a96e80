import { Alert, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { FingerprintPatternIcon } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { viewerQuery } from '../api/viewer'
import { BusyButton } from '../parts/busy-button'
import { Failure } from '../parts/failure'
import { RefusalAlert } from '../parts/refusal-alert'
import { passkeysPossible } from '../sign-in/passkeys-possible'
import { PasskeyCard } from './passkey-card'
import { passkeysQuery } from './passkeys-state'
import { SettingsSection } from './settings-section'

/** The passkeys that open the account. */
export function PasskeySection() {
  const passkeys = useQuery(passkeysQuery)
  return (
    <SettingsSection
      title="Passkeys"
      about="Sign in with your fingerprint, face, screen lock or a security key: nothing to remember, nothing to give away."
    >
      <Stack>
        {passkeys.isPending && <Skeleton height={64} />}
        {passkeys.error && <Failure error={passkeys.error} onRetry={() => passkeys.refetch()} />}
        {passkeys.data && passkeys.data.length > 0 && (
          <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
            {passkeys.data.map((passkey) => (
              <PasskeyCard key={passkey.id} passkey={passkey} />
            ))}
          </Stack>
        )}
        {passkeysPossible() ? <AddPasskeyForm /> : <NotHere />}
      </Stack>
    </SettingsSection>
  )
}

function AddPasskeyForm() {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const adding = useMutation({
    mutationFn: async () => (await import('../sign-in/passkeys')).addPasskey(name.trim()),
    async onSuccess() {
      setName('')
      await queries.invalidateQueries(passkeysQuery)
      await queries.invalidateQueries(viewerQuery)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    adding.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <RefusalAlert error={adding.error} />
        <Group align="flex-end">
          <TextInput
            label="Name of the new passkey"
            placeholder="My laptop"
            maxLength={64}
            required
            style={{ flex: '1 1 220px' }}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <BusyButton
            type="submit"
            variant="default"
            leftSection={<FingerprintPatternIcon size={18} />}
            isBusy={adding.isPending}
          >
            Add a passkey
          </BusyButton>
        </Group>
      </Stack>
    </form>
  )
}

function NotHere() {
  const { protocol, port } = location
  const near = ['127.0.0.1', '[::1]'].includes(location.hostname)
  return (
    <Alert variant="light" color="gray">
      <Text size="sm">
        Browsers allow passkeys only where the hub has a name and HTTPS, or at localhost.{' '}
        {near && (
          <>
            This hub is also at{' '}
            <a href={`${protocol}//localhost:${port}/user/account?tab=security`}>{`localhost:${port}`}</a>.
          </>
        )}
      </Text>
    </Alert>
  )
}
