import { Avatar, Badge, Card, Group, Text } from '@mantine/core'
import { useViewer } from '../api/viewer'
import { AccountBadges } from '../parts/account-badges'
import { TextLink } from '../parts/links'
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
            <TextLink to="/user/$username" params={{ username: account.username }} fw={600} c="inherit" dir="auto">
              {account.username}
            </TextLink>
            {isViewer && <Badge variant="default">You</Badge>}
            <AccountBadges role={account.role} status={account.status} />
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
