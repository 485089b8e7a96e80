import { Alert, Button, Card, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useHub } from '../api/hub'
import { type Viewer, viewerQuery } from '../api/viewer'
import { BusyButton } from '../parts/busy-button'
import { Confirm } from '../parts/confirm'
import { RefusalAlert } from '../parts/refusal-alert'
import { linkRefusal } from '../sign-in/provider-refusal'
import { askAuth } from '../sign-in/sign-in'
import { SettingsSection } from './settings-section'

const route = getRouteApi('/user/account')
/** Where one comes back to from the other site. */
const here = '/user/account?tab=security'

/** Why another site that one comes back from was not linked; nothing otherwise. */
export function LinkRefusal() {
  const { error } = route.useSearch()
  if (!error) return null
  return (
    <Alert color="red" variant="light" role="alert" title="Nothing was linked" maw={640}>
      {linkRefusal(error)}
    </Alert>
  )
}

/** The sites that the hub lets people sign in with, and which of them open this account; nothing where there is none. */
export function ProviderSection({ viewer }: { viewer: Viewer }) {
  const providers = useHub()?.providers ?? []
  if (providers.length === 0) return null
  return (
    <SettingsSection title="Single sign-on" about="Sites where you have an account already, and can sign in with it.">
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {providers.map((provider) => (
          <ProviderCard
            key={provider.id}
            provider={provider}
            isLinked={viewer.providers.includes(provider.id)}
            isOnlyWay={!viewer.hasPassword}
          />
        ))}
      </Stack>
    </SettingsSection>
  )
}

function ProviderCard({
  provider,
  isLinked,
  isOnlyWay,
}: {
  provider: { id: string; name: string }
  isLinked: boolean
  isOnlyWay: boolean
}) {
  const queries = useQueryClient()
  const [isAsking, setAsking] = useState(false)
  const linking = useMutation({
    async mutationFn() {
      const { url } = await askAuth<{ url: string }>('/link-social', {
        provider: provider.id,
        callbackURL: here,
        errorCallbackURL: here,
      })
      location.assign(url)
    },
  })
  const unlinking = useMutation({
    async mutationFn() {
      const links = await askAuth<{ id: string; providerId: string }[]>('/list-accounts')
      const link = links.find(({ providerId }) => providerId === provider.id)
      if (link) await askAuth('/unlink-account', { accountId: link.id })
    },
    onSuccess: () => queries.invalidateQueries(viewerQuery),
  })
  return (
    <Card component="li" withBorder padding="sm">
      <Group justify="space-between">
        <div>
          <Text fw={600}>{provider.name}</Text>
          <Text size="sm" c="dimmed">
            {!isLinked ? 'Not linked' : isOnlyWay ? 'Linked, and the only way into your account' : 'Linked'}
          </Text>
        </div>
        {isLinked ? (
          <Button variant="default" size="xs" disabled={isOnlyWay} onClick={() => setAsking(true)}>
            Unlink
          </Button>
        ) : (
          <BusyButton variant="default" size="xs" isBusy={linking.isPending} onClick={() => linking.mutate()}>
            Link
          </BusyButton>
        )}
      </Group>
      <RefusalAlert error={linking.error} />
      <Confirm
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={`Unlink ${provider.name}`}
        action="Unlink"
        doing={unlinking}
      >
        It no longer signs you in here. You can link it again.
      </Confirm>
    </Card>
  )
}
