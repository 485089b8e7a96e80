import { Card, Text } from '@mantine/core'
import { browserName } from '../account/browser-name'
import { PointInTime } from '../parts/point-in-time'
import type { AuditEvent } from './audit-query'
import { eventWords } from './event-words'

/** One entry: what happened, when, by whom, from where. `ofHub`: to whom as well. */
export function EventCard({ event, ofHub }: { event: AuditEvent; ofHub: boolean }) {
  const { account, network, agent } = event
  const who = ofHub && account ? nameOf(account) : undefined
  return (
    <Card component="li" withBorder padding="sm" aria-label={eventWords(event)}>
      <Text fw={600} dir="auto" style={{ overflowWrap: 'anywhere' }}>
        {eventWords(event)}
      </Text>
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {who !== undefined && (
          <>
            <bdi>{who}</bdi>
            {' · '}
          </>
        )}
        <PointInTime at={event.at} />
        {byWhom(event)}
        {network !== null && ` · from ${network}`}
        {agent !== null && (
          <>
            {' · '}
            <bdi title={agent}>{browserName(agent)}</bdi>
          </>
        )}
      </Text>
    </Card>
  )
}

type Person = NonNullable<AuditEvent['account']>

/** Accounts that are gone were somebody. */
const nameOf = ({ id, username }: Person) => username ?? `account ${id}`

function byWhom({ account, actor }: AuditEvent) {
  const through = actor.via === 'token' && actor.tokenId !== null ? `with API key ${actor.tokenId}` : undefined
  if (actor.via === 'command line') return ' · on the command line'
  if (actor.via === 'hub') return ' · by the hub itself'
  if (!actor.account || actor.account.id === account?.id) return through && ` · ${through}`
  return (
    <>
      {' · by '}
      <bdi>{nameOf(actor.account)}</bdi>
      {through && `, ${through}`}
    </>
  )
}
