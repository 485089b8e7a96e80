import { Button, Group, Skeleton, Stack } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { BusyButton } from '../parts/busy-button'
import { Confirm } from '../parts/confirm'
import { Failure } from '../parts/failure'
import { askAuth } from '../sign-in/sign-in'
import { SessionCard } from './session-card'
import { sessionsQuery } from './sessions-state'
import { SettingsSection } from './settings-section'

/** Where one is signed in. */
export default function SessionsTab() {
  const sessions = useQuery(sessionsQuery)
  return (
    <SettingsSection
      title="Sessions"
      about="Every browser that is signed in to your account. API keys are not sessions: they have a tab of their own."
    >
      <Stack>
        {sessions.isPending && <Skeleton height={160} />}
        {sessions.error && <Failure error={sessions.error} onRetry={() => sessions.refetch()} />}
        {sessions.data && (
          <>
            <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
              {sessions.data.map((session) => (
                <SessionCard key={session.id} session={session} />
              ))}
            </Stack>
            <SignOutEverywhere hasOthers={sessions.data.length > 1} />
          </>
        )}
      </Stack>
    </SettingsSection>
  )
}

function SignOutEverywhere({ hasOthers }: { hasOthers: boolean }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [isAsking, setAsking] = useState(false)
  const elsewhere = useMutation({
    mutationFn: () => askAuth('/revoke-other-sessions', {}),
    onSuccess: () => queries.invalidateQueries(sessionsQuery),
  })
  const everywhere = useMutation({
    mutationFn: () => askAuth('/revoke-sessions', {}),
    async onSuccess() {
      await navigate({ to: '/login' })
      queries.clear()
    },
  })
  return (
    <Group>
      {hasOthers && (
        <BusyButton variant="default" isBusy={elsewhere.isPending} onClick={() => elsewhere.mutate()}>
          Sign out everywhere else
        </BusyButton>
      )}
      <Button variant="light" color="red" onClick={() => setAsking(true)}>
        Sign out everywhere
      </Button>
      <Confirm
        opened={isAsking}
        onClose={() => setAsking(false)}
        title="Sign out everywhere"
        action="Sign out everywhere"
        doing={everywhere}
      >
        Every session ends at once, this one too. API keys go on working.
      </Confirm>
    </Group>
  )
}
