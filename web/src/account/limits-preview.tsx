import { Alert, Button, List, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { PointInTime } from '../parts/point-in-time'
import { browserName } from './browser-name'
import type { KeyForm } from './key-form'
import { filledBy, limitsOf } from './key-limits'
import { type Key, previewQuery } from './keys-state'
import { obstacleWords } from './limits-words'

/** Who of the last 30 days would have been refused under limits that are still being typed, and what would have served all. */
export function LimitsPreview({
  of,
  form,
  onFill,
}: {
  of: Key
  form: KeyForm
  onFill: (part: ReturnType<typeof filledBy>) => void
}) {
  const [asked] = useDebouncedValue(form, pauseMs)
  const preview = useQuery({ ...previewQuery(of.id, limitsOf(of, asked)), placeholderData: keepPreviousData })
  // What would have served does not hang on what is typed, and is there while that is not yet right.
  const unchanged = useQuery(previewQuery(of.id, {}))
  const error = preview.error ?? unchanged.error
  const told = preview.data ?? unchanged.data
  if (!told)
    return (
      <Text size="sm" c="dimmed" role="status">
        {error ? error.message : 'Asking who used this key…'}
      </Text>
    )
  const { programs, isComplete, proposal } = told
  const refused = error ? [] : programs.filter(({ obstacles }) => obstacles.length > 0)
  return (
    <Alert
      color={error || refused.length > 0 ? 'orange' : 'teal'}
      variant="light"
      title={error ? 'These are no limits yet' : titleOf(programs.length, refused.length)}
    >
      <div aria-live="polite">
        {error && <Text size="sm">{error.message}</Text>}
        {programs.length === 0 && (
          <Text size="sm">Nobody has used this key in that time, so nothing tells what its programs need.</Text>
        )}
        <List size="sm" spacing={4}>
          {refused.map((program) => (
            <List.Item key={`${program.network} ${program.agent} ${program.form}`} style={{ overflowWrap: 'anywhere' }}>
              {browserName(program.agent)} at {program.network || 'an unknown address'},{' '}
              <PointInTime at={program.lastSeenAt} />: it {obstacleWords(program, asked.scope)}.
            </List.Item>
          ))}
        </List>
        {!isComplete && (
          <Text size="sm" mt={4}>
            More programs have used it than the record holds; those are not reckoned with.
          </Text>
        )}
      </div>
      {programs.length > 0 && (
        <Button mt="sm" size="xs" variant="default" onClick={() => onFill(filledBy(proposal))}>
          Use the narrowest that would have served
        </Button>
      )}
    </Alert>
  )
}

/** Milliseconds without typing after which the hub is asked. */
const pauseMs = 300

function titleOf(programs: number, refused: number): string {
  if (programs === 0) return 'No program of the last 30 days'
  if (refused === 0) return 'No program of the last 30 days would have been refused'
  return `${refused} of ${programs} ${programs === 1 ? 'program' : 'programs'} of the last 30 days would have been refused`
}
