import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core'
import { type Duration, durationInWords, durationOf, unitSeconds } from './duration'

/** Any duration between two, and some to pick; the form that it is in refuses others before it asks the hub. */
export function DurationField({
  label,
  description,
  value,
  onChange,
  least,
  most,
  presets,
  ...rest
}: {
  label: string
  description: string
  value: Duration
  onChange: (value: Duration) => void
  /** Seconds. */
  least: number
  most: number
  presets: readonly number[]
  'data-autofocus'?: boolean
}) {
  return (
    <Stack gap={6}>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          {...rest}
          type="number"
          label={label}
          description={description}
          value={value.amount}
          onChange={({ currentTarget }) => onChange({ ...value, amount: currentTarget.value })}
          min={Math.ceil(least / unitSeconds[value.unit])}
          max={most / unitSeconds[value.unit]}
          step={1}
          required
          withAsterisk={false}
          inputMode="numeric"
          style={{ flex: 1 }}
        />
        <NativeSelect
          aria-label={`${label}: unit`}
          data={['hours', 'days']}
          value={value.unit}
          onChange={({ currentTarget }) =>
            onChange({ ...value, unit: currentTarget.value === 'hours' ? 'hours' : 'days' })
          }
        />
      </Group>
      <Group gap={6} role="group" aria-label={`${label}: often chosen`}>
        {presets.map((seconds) => (
          <Button
            key={seconds}
            size="compact-sm"
            variant="default"
            fw={400}
            onClick={() => onChange(durationOf(seconds))}
          >
            {durationInWords(seconds)}
          </Button>
        ))}
      </Group>
    </Stack>
  )
}
