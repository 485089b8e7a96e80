import { Alert, List } from '@mantine/core'
import { TriangleAlertIcon } from 'lucide-react'
import { answerOf, api } from '../api/client'
import { BusyButton } from '../parts/busy-button'
import { ChangeRefused } from '../parts/change-refused'
import { PointInTime } from '../parts/point-in-time'
import { type Key, useKeyChange } from './keys-state'
import { warningWords } from './warning-words'

/** What stood out in the use of a key, until its owner has seen it. */
export function KeyWarnings({ of: { id, name, warnings } }: { of: Key }) {
  const dismissing = useKeyChange(() =>
    answerOf(api.DELETE('/api/v1/me/tokens/{id}/warnings', { params: { path: { id } } })),
  )
  if (warnings.length === 0) return null
  return (
    <Alert color="orange" variant="light" icon={<TriangleAlertIcon />} title="Look at this">
      <List size="sm" spacing={4}>
        {warnings.map((warning) => (
          <List.Item key={JSON.stringify(warning)} style={{ overflowWrap: 'anywhere' }}>
            {warningWords(warning)}, <PointInTime at={warning.at} />.
          </List.Item>
        ))}
      </List>
      <ChangeRefused error={dismissing.error} />
      <BusyButton
        mt="sm"
        size="xs"
        variant="default"
        isBusy={dismissing.isPending}
        onClick={() => dismissing.mutate()}
        aria-label={`Dismiss the warnings of ${name}`}
      >
        Dismiss
      </BusyButton>
    </Alert>
  )
}
