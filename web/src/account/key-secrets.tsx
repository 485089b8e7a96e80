import { List, Stack, Text } from '@mantine/core'
import { PointInTime } from '../parts/point-in-time'
import { browserName } from './browser-name'
import type { Key } from './keys-state'

/** Who still uses an earlier secret of a key while a rotation's overlap lasts. */
export function KeySecrets({ of: { secrets } }: { of: Key }) {
  const earlier = secrets.slice(0, -1).filter(({ endsAt }) => endsAt !== null && new Date(endsAt) > new Date())
  return (
    <Stack gap="xs">
      {earlier.map(({ id, lastFour, endsAt, clients }) => (
        <div key={id}>
          <Text size="sm">
            The old secret ending in <b>{lastFour}</b> ends {endsAt && <PointInTime at={endsAt} />}.{' '}
            {clients.length === 0 ? 'Nobody has used it.' : 'Still known from:'}
          </Text>
          <List size="sm">
            {clients.map(({ network, agent, form, lastSeenAt, requests }) => (
              <List.Item key={`${network} ${agent} ${form}`}>
                {browserName(agent)} at {network || 'an unknown address'}, <PointInTime at={lastSeenAt} />,{' '}
                {requests === 1 ? '1 request' : `${requests} requests`}
                {form === 'query' && ', in the address'}
              </List.Item>
            ))}
          </List>
        </div>
      ))}
    </Stack>
  )
}
