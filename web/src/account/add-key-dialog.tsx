import { Button, Group, Modal, Radio, Stack } from '@mantine/core'
import { type FormEvent, useRef, useState } from 'react'
import { answerOf, api } from '../api/client'
import { useHub } from '../api/hub'
import { BusyButton } from '../parts/busy-button'
import { ChangeRefused } from '../parts/change-refused'
import { newIdempotencyKey } from './idempotency-key'
import { allowedChoice, expiryOf } from './key-expiry'
import { ExpiryField, NameField, NetworksField, OriginsField, QueryPolicyField } from './key-fields'
import { type KeyForm, listOf } from './key-form'
import type { KeyPreset } from './key-form-link'
import { keyKinds } from './key-kinds'
import { type Key, useKeyChange } from './keys-state'
import { NewSecret } from './new-secret'
import { ScopeChooser } from './scope-choice'

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

const usual = { expiry: '90', date: '', networks: '', queryPolicy: 'downloads', origins: '' } as const

function NewKey({ filled, onDone }: { filled: Filled; onDone: () => void }) {
  const longestDays = useHub()?.longestTokenLifeDays ?? null
  const [form, setForm] = useState<NewKeyForm>(() => ({
    ...usual,
    kind: 'bearer',
    name: filled.name,
    scope: filled.preset,
    idempotencyKey: newIdempotencyKey(),
  }))
  // A retry after a lost response gets the key that was created; a changed form asks for another one.
  const change = (part: Partial<NewKeyForm>) => setForm({ ...form, ...part, idempotencyKey: newIdempotencyKey() })
  // A retry has to send the same body (422 otherwise), and an expiry in days depends on the time.
  const sent = useRef<{ idempotencyKey: string; body: ReturnType<typeof bodyOf> }>(undefined)
  const bodyToSend = () => {
    const { idempotencyKey } = form
    if (sent.current?.idempotencyKey !== idempotencyKey)
      sent.current = { idempotencyKey, body: bodyOf(form, longestDays) }
    return sent.current.body
  }
  const adding = useKeyChange(() =>
    answerOf(
      api.POST('/api/v1/me/tokens', {
        params: { header: { 'Idempotency-Key': form.idempotencyKey } },
        body: bodyToSend(),
      }),
    ),
  )
  if (adding.data) return <NewSecret secret={adding.data.token} kind={adding.data.kind} onDone={onDone} />
  const add = (event: FormEvent) => {
    event.preventDefault()
    adding.mutate()
  }
  const field = { form, onChange: change }
  return (
    <Stack component="form" onSubmit={add}>
      <NameField {...field} />
      <Radio.Group
        label="Kind"
        description={keyKinds.find(({ id }) => id === form.kind)?.about}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={form.kind}
        onChange={(chosen) => change({ kind: keyKinds.find(({ id }) => id === chosen)?.id ?? 'bearer' })}
      >
        <Group gap="lg" my={6}>
          {keyKinds.map(({ id, label }) => (
            <Radio key={id} value={id} label={label} />
          ))}
        </Group>
      </Radio.Group>
      {form.kind === 'bearer' && <ScopeChooser value={form.scope} onChange={(scope) => change({ scope })} />}
      {form.kind === 'publishable' && <OriginsField {...field} />}
      {form.kind !== 'canary' && (
        <>
          <ExpiryField {...field} longestDays={longestDays} />
          <QueryPolicyField {...field} />
          <NetworksField {...field} />
        </>
      )}
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

interface NewKeyForm extends KeyForm {
  kind: Key['kind']
  /** Of what the form asks for as it stands. */
  idempotencyKey: string
}

/** What the hub is told: of a canary its name alone, since it may nothing, from anywhere and for good. */
function bodyOf(
  { kind, name, scope, expiry, date, networks, queryPolicy, origins }: NewKeyForm,
  longestDays: number | null,
) {
  if (kind === 'canary') return { kind, name: name.trim() }
  return {
    kind,
    name: name.trim(),
    ...(kind === 'bearer' ? { scope } : { origins: listOf(origins) }),
    expiresAt: expiryOf(allowedChoice(expiry, longestDays), date, { now: new Date(), longestDays }),
    networks: listOf(networks),
    queryPolicy,
  }
}
