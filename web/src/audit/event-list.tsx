import { Skeleton, Stack, Text } from '@mantine/core'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { BusyButton } from '../parts/busy-button'
import { Failure } from '../parts/failure'
import type { AuditEvent } from './audit-query'
import { EventCard } from './event-card'

type Events = UseInfiniteQueryResult<InfiniteData<{ items: AuditEvent[] }>>

/** Entries of the audit log, newest first, and a way to older ones. `ofHub`: each says whom it concerns. */
export function EventList({ events, ofHub = false }: { events: Events; ofHub?: boolean }) {
  if (events.isPending) return <Skeleton height={400} />
  if (!events.data) return <Failure error={events.error} onRetry={() => events.refetch()} />
  const items = events.data.pages.flatMap((page) => page.items)
  if (items.length === 0) return <Text c="dimmed">Nothing of this kind is in the log.</Text>
  return (
    <Stack>
      <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Activity">
        {items.map((event) => (
          <EventCard key={event.id} event={event} ofHub={ofHub} />
        ))}
      </Stack>
      {events.error && <Failure error={events.error} onRetry={() => events.fetchNextPage()} />}
      {events.hasNextPage && !events.error && (
        <BusyButton
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          isBusy={events.isFetchingNextPage}
          onClick={() => events.fetchNextPage()}
        >
          Show older ones
        </BusyButton>
      )}
    </Stack>
  )
}
