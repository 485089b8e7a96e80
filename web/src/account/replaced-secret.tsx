import { Button, Group, List, Text } from '@mantine/core'
import { useState } from 'react'
import { answerOf, api } from '../api/client'
import { Confirm } from '../parts/confirm'
import { PointInTime } from '../parts/point-in-time'
import { counted } from '../parts/quantities'
import { browserName } from './browser-name'
import { durationInWords } from './duration'
import { ExtendSecretDialog } from './extend-secret-dialog'
import { type Key, useKeyChange } from './keys-state'

/** An earlier secret that still works: who uses it, and how to end it sooner or later. */
export function ReplacedSecret({ of, secret }: { of: Key; secret: Key['secrets'][number] }) {
  const { id, lastFour, endsAt, silenceSeconds, clients } = secret
  const [open, setOpen] = useState<'end' | 'extend' | null>(null)
  const close = () => setOpen(null)
  const ending = useKeyChange(() =>
    answerOf(
      api.PATCH('/api/v1/me/tokens/{id}/secrets/{secretId}', {
        params: { path: { id: of.id, secretId: id } },
        body: { overlapSeconds: 0 },
      }),
    ),
  )
  return (
    <div>
      <Text size="sm">
        The old secret ending in <b>{lastFour}</b> ends {endsAt && <PointInTime at={endsAt} />}
        {silenceSeconds !== null && `, sooner when nobody uses it for ${durationInWords(silenceSeconds)}`}.{' '}
        {clients.length === 0 ? 'Nobody has used it.' : 'Still known from:'}
      </Text>
      <List size="sm">
        {clients.map(({ network, agent, form, lastSeenAt, requests }) => (
          <List.Item key={`${network} ${agent} ${form}`} style={{ overflowWrap: 'anywhere' }}>
            {browserName(agent)} at {network || 'an unknown address'}, <PointInTime at={lastSeenAt} />,{' '}
            {counted(requests, 'request', 'requests')}
            {form === 'query' && ', in the address'}
          </List.Item>
        ))}
      </List>
      {of.status === 'active' && (
        <Group gap="xs" mt={6}>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setOpen('extend')}
            aria-label={`Extend… the secret ending in ${lastFour} of ${of.name}`}
          >
            Extend…
          </Button>
          <Button
            size="compact-sm"
            variant="light"
            color="red"
            onClick={() => setOpen('end')}
            aria-label={`End now: the secret ending in ${lastFour} of ${of.name}`}
          >
            End now
          </Button>
        </Group>
      )}
      <ExtendSecretDialog opened={open === 'extend'} of={of} secret={secret} onClose={close} />
      <Confirm opened={open === 'end'} onClose={close} title="End the old secret" action="End now" doing={ending}>
        <Text dir="auto" style={{ overflowWrap: 'anywhere' }}>
          Programs that still send the secret ending in <b>{lastFour}</b> are refused from now on. The current secret of{' '}
          {of.name} works on.
        </Text>
      </Confirm>
    </div>
  )
}
