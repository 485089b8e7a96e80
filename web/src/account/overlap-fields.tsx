import { Checkbox, Stack } from '@mantine/core'
import { type Duration, durationOf, secondsOf } from './duration'
import { DurationField } from './duration-field'

/** How a replaced secret ends, as a person gives it. */
export interface Overlap {
  lasts: Duration
  endsBySilence: boolean
  silence: Duration
}

/** A day to change one's programs in. */
export const usualOverlap: Overlap = {
  lasts: durationOf(86_400),
  endsBySilence: false,
  silence: durationOf(86_400),
}

/** What the hub is told of it. */
export const overlapBody = ({ lasts, endsBySilence, silence }: Overlap) => ({
  overlapSeconds: secondsOf(lasts),
  ...(endsBySilence && secondsOf(lasts) > 0 && { silenceSeconds: secondsOf(silence) }),
})

const hour = 3600
const day = 24 * hour
const longest = 30 * day

/** For how long a replaced secret works on, and whether it ends sooner once nobody uses it. */
export function OverlapFields({
  label,
  description,
  value,
  onChange,
}: {
  label: string
  description: string
  value: Overlap
  onChange: (value: Overlap) => void
}) {
  const isOver = secondsOf(value.lasts) === 0
  return (
    <Stack>
      <DurationField
        label={label}
        description={description}
        value={value.lasts}
        onChange={(lasts) => onChange({ ...value, lasts })}
        least={0}
        most={longest}
        presets={[0, hour, day, 7 * day, longest]}
        data-autofocus
      />
      {!isOver && (
        <>
          <Checkbox
            label="Ends by itself sooner, when unused"
            description="Once every program has the new secret, the old one does not lie about until the overlap is over."
            checked={value.endsBySilence}
            onChange={({ currentTarget }) => onChange({ ...value, endsBySilence: currentTarget.checked })}
          />
          {value.endsBySilence && (
            <DurationField
              label="Unused for"
              description="From 1 hour to 30 days."
              value={value.silence}
              onChange={(silence) => onChange({ ...value, silence })}
              least={hour}
              most={longest}
              presets={[hour, day, 7 * day]}
            />
          )}
        </>
      )}
    </Stack>
  )
}
