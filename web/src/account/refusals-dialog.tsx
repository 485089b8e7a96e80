import { Card, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Failure } from '../parts/failure'
import { PointInTime } from '../parts/point-in-time'
import { browserName } from './browser-name'
import { type Key, refusalsQuery } from './keys-state'
import { refusalWords } from './refusal-words'

/** Why requests with a key were refused: programs show people no more than a bare 401. */
export function RefusalsDialog({ opened, onClose, of }: { opened: boolean; onClose: () => void; of: Key }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Why was I refused" size="lg">
      <Refusals of={of} />
    </Modal>
  )
}

function Refusals({ of }: { of: Key }) {
  const refusals = useQuery(refusalsQuery(of.id))
  if (refusals.isPending) return <Skeleton height={160} />
  if (refusals.error) return <Failure error={refusals.error} onRetry={() => refusals.refetch()} />
  if (refusals.data.items.length === 0)
    return (
      <Text>
        No request with this key was refused. If a program was told 401 all the same, it sent another key, or none: look
        at the last four characters of what it has.
      </Text>
    )
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
      {refusals.data.items.map((refusal, index) => (
        // Several may share a moment, and none moves while the dialog is open.
        // biome-ignore lint/suspicious/noArrayIndexKey: there is nothing else to tell them apart by
        <Card key={index} component="li" withBorder padding="sm">
          <Text fw={600}>{refusalWords[refusal.reason].why}</Text>
          <Text size="sm">{refusalWords[refusal.reason].remedy}</Text>
          <Text size="sm" c="dimmed" mt={4} style={{ overflowWrap: 'anywhere' }}>
            {refusal.method} {refusal.path} · <PointInTime at={refusal.at} /> · from{' '}
            {refusal.network || 'an unknown address'} · {browserName(refusal.agent)} ·{' '}
            {refusal.form === 'query' ? 'key in the address' : 'key in the header'}
          </Text>
        </Card>
      ))}
    </Stack>
  )
}
