import { Badge, Card, Group, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { BusyButton } from '../parts/busy-button'
import { PointInTime } from '../parts/point-in-time'
import { RefusalAlert } from '../parts/refusal-alert'
import { askAuth } from '../sign-in/sign-in'
import { browserName } from './browser-name'
import { type Session, sessionsQuery } from './sessions-state'

/** One session: which browser, from where, since when; another than this one can be ended. */
export function SessionCard({ session }: { session: Session & { isThisOne: boolean } }) {
  const queries = useQueryClient()
  const ending = useMutation({
    mutationFn: () => askAuth('/revoke-session', { token: session.token }),
    onSuccess: () => queries.invalidateQueries(sessionsQuery),
  })
  const name = browserName(session.userAgent)
  return (
    <Card component="li" withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600} title={session.userAgent ?? undefined}>
              {name}
            </Text>
            {session.isThisOne && <Badge variant="light">This session</Badge>}
          </Group>
          <Text size="sm" c="dimmed">
            {session.ipAddress || 'Unknown address'} · signed in <PointInTime at={session.createdAt} />, seen{' '}
            <PointInTime at={session.updatedAt} />
          </Text>
        </div>
        {!session.isThisOne && (
          <BusyButton
            variant="default"
            size="xs"
            isBusy={ending.isPending}
            onClick={() => ending.mutate()}
            aria-label={`Sign out ${name}`}
            style={{ flexShrink: 0 }}
          >
            Sign out
          </BusyButton>
        )}
      </Group>
      <RefusalAlert error={ending.error} />
    </Card>
  )
}
