import { Alert, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useViewer } from '../api/viewer'
import { BusyButton } from '../parts/busy-button'
import { Page } from '../parts/page'
import { RefusalAlert } from '../parts/refusal-alert'
import { HopList } from './hop-list'
import { formFault, type Hop } from './token-trial'
import { TrialRefusals } from './trial-refusals'
import { tryToken } from './try-token'

/** Tries a key as programs use it, and tells of each request what came of it. The key stays in the memory of this page. */
export function TestTokenPage() {
  const viewer = useViewer()
  const [token, setToken] = useState('')
  const [versionId, setVersionId] = useState('')
  const [hops, setHops] = useState<Hop[]>([])
  const trial = useMutation({
    gcTime: 0,
    async mutationFn() {
      setHops([])
      const since = new Date()
      for await (const hop of tryToken(token.trim(), versionId)) setHops((before) => [...before, hop])
      return { since, lastFour: token.trim().slice(-4) }
    },
  })
  const fault = token.trim() === '' ? null : formFault(token.trim())
  const start = (event: FormEvent) => {
    event.preventDefault()
    trial.mutate()
  }
  return (
    <Page title="Test an API key" size="sm">
      <Stack>
        <Title order={1}>Test an API key</Title>
        <Text c="dimmed">
          This page sends a key as programs do, without your session, and says which request fails and why. The key
          stays in the memory of this page until you leave it. One of the requests sends it in the URL.
        </Text>
        <Stack component="form" onSubmit={start}>
          <PasswordInput
            label="API key"
            value={token}
            onChange={({ currentTarget }) => setToken(currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            required
            visibilityToggleButtonProps={{ 'aria-label': 'Show the key', tabIndex: 0 }}
          />
          {fault && (
            <Alert color="orange" variant="light" role="status">
              {fault} The hub will not take it.
            </Alert>
          )}
          <TextInput
            label="Model version to download"
            description="Its number. Empty: the first model that the hub lists. No file is stored."
            value={versionId}
            onChange={({ currentTarget }) => setVersionId(currentTarget.value.trim())}
            inputMode="numeric"
            pattern="[0-9]*"
            autoComplete="off"
          />
          <BusyButton type="submit" isBusy={trial.isPending} style={{ alignSelf: 'flex-start' }}>
            Test
          </BusyButton>
        </Stack>
        <RefusalAlert error={trial.error} />
        <HopList hops={hops} isDone={trial.isSuccess} />
        {viewer && trial.data && hops.some(({ outcome }) => outcome === 'fails') && <TrialRefusals {...trial.data} />}
      </Stack>
    </Page>
  )
}
