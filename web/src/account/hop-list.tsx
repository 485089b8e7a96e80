import { Badge, Card, Group, Stack, Text } from '@mantine/core'
import type { Hop } from './token-trial'

const looks = {
  works: { color: 'teal', label: 'Works' },
  fails: { color: 'red', label: 'Fails' },
  skipped: { color: 'gray', label: 'Not tried' },
  unproven: { color: 'gray', label: 'No key needed' },
  refused: { color: 'gray', label: 'Not allowed' },
} as const

/** What came of each request of a trial, read out as it comes. */
export function HopList({ hops, isDone }: { hops: Hop[]; isDone: boolean }) {
  const failed = hops.filter(({ outcome }) => outcome === 'fails').length
  return (
    <div aria-live="polite">
      <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {hops.map(({ title, sent, status, outcome, means }) => (
          <Card key={title} component="li" withBorder padding="sm">
            <Group justify="space-between" gap="xs">
              <Text fw={600}>{title}</Text>
              <Badge variant="light" color={looks[outcome].color}>
                {looks[outcome].label}
                {status !== null && status > 0 && ` · ${status}`}
              </Badge>
            </Group>
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              Sent: {sent}
            </Text>
            <Text size="sm" mt={4} style={{ overflowWrap: 'anywhere' }}>
              {means}
            </Text>
          </Card>
        ))}
      </Stack>
      {isDone && (
        <Text mt="sm">
          {failed === 0 ? 'Nothing failed.' : failed === 1 ? 'One request failed.' : `${failed} requests failed.`}
        </Text>
      )}
    </div>
  )
}
