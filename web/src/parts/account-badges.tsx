import { Badge } from '@mantine/core'

/** What sets an account apart from others: that it owns the hub, is muted or banned. Most have none. */
export const AccountBadges = ({ role, status }: { role: 'owner' | 'user'; status: 'active' | 'muted' | 'banned' }) => (
  <>
    {role === 'owner' && <Badge variant="light">Owner</Badge>}
    {status === 'muted' && (
      <Badge variant="light" color="orange">
        Muted
      </Badge>
    )}
    {status === 'banned' && (
      <Badge variant="light" color="red">
        Banned
      </Badge>
    )}
  </>
)
