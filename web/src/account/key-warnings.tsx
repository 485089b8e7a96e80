import { Alert, List } from '@mantine/core'
import { TriangleAlertIcon } from 'lucide-react'
import { type RefObject, useEffect, useRef } from 'react'
import { answerOf, api } from '../api/client'
import { BusyButton } from '../parts/busy-button'
import { ChangeRefused } from '../parts/change-refused'
import { hasLostFocus } from '../parts/lost-focus'
import { PointInTime } from '../parts/point-in-time'
import { alarmsOf } from './key-notices'
import { type Key, useKeyChange } from './keys-state'
import { warningWords } from './warning-words'

/** Shows the alarms of a key until its owner dismisses them; `next` then gets the focus. */
export function KeyWarnings({ of, next }: { of: Key; next: RefObject<HTMLElement | null> }) {
  const { id, name } = of
  const warnings = alarmsOf(of)
  const dismissing = useKeyChange(() =>
    answerOf(api.DELETE('/api/v1/me/tokens/{id}/warnings', { params: { path: { id } } })),
  )
  // The button that dismissed them goes with them, and would take the focus with it.
  const before = useRef(warnings.length)
  useEffect(() => {
    if (warnings.length < before.current && hasLostFocus()) next.current?.focus()
    before.current = warnings.length
  }, [warnings.length, next])
  if (warnings.length === 0) return null
  return (
    <Alert color="orange" variant="light" icon={<TriangleAlertIcon />} title="Needs attention">
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
