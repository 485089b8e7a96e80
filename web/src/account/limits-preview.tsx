import { Alert, List, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { PointInTime } from '../parts/point-in-time'
import { browserName } from './browser-name'
import type { KeyForm } from './key-form'
import { limitsOf } from './key-limits'
import { type Key, previewQuery } from './keys-state'
import { obstacleWords } from './limits-words'

/** Who of the last 30 days would have been refused under limits that are still being typed. */
export function LimitsPreview({ of, form }: { of: Key; form: KeyForm }) {
  const [asked] = useDebouncedValue(form, pauseMs)
  const { data, error } = useQuery({ ...previewQuery(of.id, limitsOf(of, asked)), placeholderData: keepPreviousData })
  if (error)
    return (
      <Alert color="orange" variant="light" title="These are no limits yet">
        <Text size="sm" aria-live="polite">
          {error.message}
        </Text>
      </Alert>
    )
  if (!data)
    return (
      <Text size="sm" c="dimmed" role="status">
        Asking who used this key…
      </Text>
    )
  const { programs, isComplete } = data
  const refused = programs.filter(({ obstacles }) => obstacles.length > 0)
  return (
    <Alert
      color={refused.length > 0 ? 'orange' : 'teal'}
      variant="light"
      title={titleOf(programs.length, refused.length)}
    >
      <div aria-live="polite">
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
