import { Avatar, Badge, Card, Group, Text } from '@mantine/core'
import { useViewer } from '../api/viewer'
import { PointInTime } from '../parts/point-in-time'
import { counted } from '../parts/quantities'
import { AccountActions } from './account-actions'
import type { Account } from './accounts-state'

/** One account: who, since when, seen when, and what an owner can do about it. */
export function AccountCard({ account }: { account: Account }) {
  const isViewer = useViewer()?.id === account.id
  return (
    <Card component="li" withBorder padding="md" aria-label={account.username}>
      <Group wrap="nowrap" align="flex-start">
        <Avatar name={account.username} color="initials" radius="xl" aria-hidden />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600} dir="auto">
              {account.username}
            </Text>
            {isViewer && <Badge variant="default">You</Badge>}
            {account.role === 'owner' && <Badge variant="light">Owner</Badge>}
            {account.status === 'muted' && (
              <Badge variant="light" color="orange">
                Muted
              </Badge>
            )}
            {account.status === 'banned' && (
              <Badge variant="light" color="red">
                Banned
              </Badge>
            )}
          </Group>
          <Text size="sm" dir="auto">
            {account.email}
          </Text>
          <Text size="sm" c="dimmed">
            Joined <PointInTime at={account.createdAt} />
            {' · '}
            {account.lastSeenAt ? (
              <>
                seen <PointInTime at={account.lastSeenAt} />
              </>
            ) : (
              'never seen'
            )}
            {' · '}
            {counted(account.tokenCount, 'API key', 'API keys')}
            {' · '}
            {account.twoFactorEnabled ? 'second factor on' : 'no second factor'}
          </Text>
        </div>
        <AccountActions account={account} isViewer={isViewer} />
      </Group>
    </Card>
  )
}
