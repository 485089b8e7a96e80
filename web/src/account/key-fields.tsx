import { Group, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { allowedChoice, dayOf, expiryChoices, lastDay } from './key-expiry'
import { type KeyForm, queryPolicies } from './key-form'

/** A field of the form of a key; it tells what of the form it changes. */
interface FieldProps {
  form: KeyForm
  onChange: (part: Partial<KeyForm>) => void
}

export const NameField = ({ form, onChange }: FieldProps) => (
  <TextInput
    label="Name"
    description="Where you are going to use it, 1 to 64 characters."
    value={form.name}
    onChange={({ currentTarget }) => onChange({ name: currentTarget.value })}
    maxLength={64}
    required
    dir="auto"
    autoComplete="off"
    data-autofocus
  />
)

/** When the key ends; `kept` is a choice beside the usual ones, which leaves the end as it is. */
export function ExpiryField({
  form,
  onChange,
  longestDays,
  kept,
}: FieldProps & { longestDays: number | null; kept?: { value: string; label: string } }) {
  const choice = form.expiry === kept?.value ? form.expiry : allowedChoice(form.expiry, longestDays)
  return (
    <Group grow align="flex-start">
      <NativeSelect
        label="Expires"
        {...(longestDays !== null && {
          description: `On this hub keys live at most ${longestDays === 1 ? '1 day' : `${longestDays} days`}.`,
        })}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={[...(kept ? [kept] : []), ...expiryChoices(longestDays)]}
        value={choice}
        onChange={({ currentTarget }) => onChange({ expiry: currentTarget.value })}
      />
      {choice === 'date' && (
        <TextInput
          type="date"
          label="Last day"
          value={form.date}
          min={dayOf(new Date())}
          max={lastDay(longestDays, new Date())}
          onChange={({ currentTarget }) => onChange({ date: currentTarget.value })}
          required
        />
      )}
    </Group>
  )
}

export const QueryPolicyField = ({ form, onChange }: FieldProps) => (
  <NativeSelect
    label="Accepted in addresses (?token=)"
    description="Some download programs can do no other. Addresses end up in logs and histories, so less is safer."
    data={[...queryPolicies]}
    value={form.queryPolicy}
    onChange={({ currentTarget }) =>
      onChange({ queryPolicy: queryPolicies.find(({ value }) => value === currentTarget.value)?.value ?? 'downloads' })
    }
  />
)

export const NetworksField = ({ form, onChange }: FieldProps) => (
  <Textarea
    label="Networks"
    description="From where it may be used, such as 192.168.0.0/16 or one address. Empty: from anywhere."
    value={form.networks}
    onChange={({ currentTarget }) => onChange({ networks: currentTarget.value })}
    rows={2}
    spellCheck={false}
    autoComplete="off"
  />
)

export const OriginsField = ({ form, onChange }: FieldProps) => (
  <Textarea
    label="Origins"
    description="The pages that may use it, such as https://app.example; at most 20."
    value={form.origins}
    onChange={({ currentTarget }) => onChange({ origins: currentTarget.value })}
    rows={2}
    required
    spellCheck={false}
    autoComplete="off"
  />
)
