import { Button, Group, Modal, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { answerOf, api } from '../api/client'
import { BusyButton } from '../parts/busy-button'
import { ChangeRefused } from '../parts/change-refused'
import { type ExpiryChoice, expiryChoices, expiryOf } from './key-expiry'
import type { KeyPreset } from './key-form-link'
import { useKeyChange } from './keys-state'
import { NewSecret } from './new-secret'
import { type ScopeChoice, ScopeChooser } from './scope-choice'

const queryPolicies = [
  { value: 'never', label: 'Never' },
  { value: 'downloads', label: 'For downloads only' },
  { value: 'always', label: 'Always' },
] as const

interface Filled {
  name: string
  preset: KeyPreset
}

/** The form of a new key, and then its secret: both are gone, from the page and from memory, once it closes. */
export function AddKeyDialog({ opened, onClose, filled }: { opened: boolean; onClose: () => void; filled: Filled }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Add API key"
      size="lg"
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
    >
      <NewKey onDone={onClose} filled={filled} />
    </Modal>
  )
}

function NewKey({ filled, onDone }: { filled: Filled; onDone: () => void }) {
  const [name, setName] = useState(filled.name)
  const [scope, setScope] = useState<ScopeChoice>(filled.preset)
  const [expiry, setExpiry] = useState<ExpiryChoice>('90')
  const [date, setDate] = useState('')
  const [networks, setNetworks] = useState('')
  const [queryPolicy, setQueryPolicy] = useState<(typeof queryPolicies)[number]['value']>('downloads')
  const adding = useKeyChange(() =>
    answerOf(
      api.POST('/api/v1/me/tokens', {
        body: {
          name: name.trim(),
          scope,
          expiresAt: expiryOf(expiry, date, new Date()),
          networks: networks.split(/[\s,]+/).filter(Boolean),
          queryPolicy,
        },
      }),
    ),
  )
  if (adding.data) return <NewSecret secret={adding.data.token} onDone={onDone} />
  const add = (event: FormEvent) => {
    event.preventDefault()
    adding.mutate()
  }
  return (
    <Stack component="form" onSubmit={add}>
      <TextInput
        label="Name"
        description="Where you are going to use it, 1 to 64 characters."
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        maxLength={64}
        required
        dir="auto"
        autoComplete="off"
        data-autofocus
      />
      <ScopeChooser value={scope} onChange={setScope} />
      <Group grow align="flex-start">
        <NativeSelect
          label="Expires"
          data={[...expiryChoices]}
          value={expiry}
          onChange={({ currentTarget }) =>
            setExpiry(expiryChoices.find(({ value }) => value === currentTarget.value)?.value ?? '90')
          }
        />
        {expiry === 'date' && (
          <TextInput
            type="date"
            label="Last day"
            value={date}
            min={new Date().toISOString().slice(0, 10)}
            onChange={({ currentTarget }) => setDate(currentTarget.value)}
            required
          />
        )}
      </Group>
      <NativeSelect
        label="Accepted in addresses (?token=)"
        description="Some download programs can do no other. Addresses end up in logs and histories, so less is safer."
        data={[...queryPolicies]}
        value={queryPolicy}
        onChange={({ currentTarget }) =>
          setQueryPolicy(queryPolicies.find(({ value }) => value === currentTarget.value)?.value ?? 'downloads')
        }
      />
      <Textarea
        label="Networks"
        description="From where it may be used, such as 192.168.0.0/16 or one address. Empty: from anywhere."
        value={networks}
        onChange={({ currentTarget }) => setNetworks(currentTarget.value)}
        rows={2}
        spellCheck={false}
        autoComplete="off"
      />
      <ChangeRefused error={adding.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <BusyButton type="submit" isBusy={adding.isPending}>
          Add key
        </BusyButton>
      </Group>
    </Stack>
  )
}
