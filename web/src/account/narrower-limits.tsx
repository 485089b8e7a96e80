import { Alert, Button, Group, List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { BusyButton } from '../parts/busy-button'
import { ChangeRefused } from '../parts/change-refused'
import { inAddresses, scopesInWords } from './key-facts'
import { type Key, previewQuery } from './keys-state'
import { type Limits, narrowingOf } from './narrowing'
import { useNarrowing } from './use-narrowing'

/** The narrowest limits that the last 30 days of a key needed, to be set at once; nothing where they are set already. */
export function NarrowerLimits({
  of,
  canApply,
  onApplied,
  onFill,
}: {
  of: Key
  canApply: boolean
  onApplied: () => void
  onFill: (proposal: Limits) => void
}) {
  const { data } = useQuery(previewQuery(of.id, {}))
  const narrowing = data && narrowingOf(of, data.proposal)
  const applying = useNarrowing(of, narrowing)
  // Where nobody came, nothing tells what is needed.
  if (!narrowing || data.programs.length === 0) return null
  const { scope, networks, queryPolicy } = narrowing.to
  return (
    <Alert variant="light" title="Narrower limits would have been enough">
      <Text size="sm">{servedWords(data)}</Text>
      <List size="sm" my={4} style={{ overflowWrap: 'anywhere' }}>
        {scope && (
          <List.Item>
            May: {scope.join(', ')} (now: {scopesInWords(of)})
          </List.Item>
        )}
        {networks && (
          <List.Item>
            Networks: {networks.join(', ')} (now: {of.networks.join(', ') || 'any'})
          </List.Item>
        )}
        {queryPolicy && (
          <List.Item>
            In addresses: {inAddresses[queryPolicy]} (now: {inAddresses[of.queryPolicy]})
          </List.Item>
        )}
      </List>
      {!data.isComplete && (
        <Text size="sm">More programs have used it than the record holds; those are not reckoned with.</Text>
      )}
      <ChangeRefused error={applying.error} />
      <Group gap="xs" mt="sm">
        {canApply && (
          <BusyButton
            size="xs"
            isBusy={applying.isPending}
            onClick={() => applying.mutate(undefined, { onSuccess: onApplied })}
          >
            Set them now
          </BusyButton>
        )}
        <Button size="xs" variant="default" onClick={() => onFill(data.proposal)}>
          Fill them in below
        </Button>
      </Group>
    </Alert>
  )
}

/** What is known of the proposed limits. */
function servedWords({ programs }: { programs: readonly { obstacles: readonly unknown[] }[] }): string {
  const served = programs.filter(({ obstacles }) => obstacles.length === 0).length
  if (served < programs.length)
    return `Of ${programs.length} programs of the last 30 days the key serves ${served} as it is. These would have served the same:`
  return served === 1
    ? 'These would have served the one program of the last 30 days:'
    : `These would have served all ${served} programs of the last 30 days:`
}
