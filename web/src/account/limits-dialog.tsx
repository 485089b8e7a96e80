import { Button, Group, Modal, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { answerOf, api } from '../api/client'
import { useHub } from '../api/hub'
import { BusyButton } from '../parts/busy-button'
import { ChangeRefused } from '../parts/change-refused'
import { relativeTime } from '../parts/relative-time'
import { ExpiryField, NameField, NetworksField, OriginsField, QueryPolicyField } from './key-fields'
import type { KeyForm } from './key-form'
import { asItIs, changeOf, filledBy, formOf } from './key-limits'
import { type Key, useKeyChange } from './keys-state'
import { LimitsPreview } from './limits-preview'
import { NarrowerLimits } from './narrower-limits'
import { ScopeChooser } from './scope-choice'

/** Changes what a key may, with a look at whom that would have refused. Its secret stays. */
export function LimitsDialog({ opened, onClose, of }: { opened: boolean; onClose: () => void; of: Key }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Change limits"
      size="lg"
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
    >
      <Limits of={of} onDone={onClose} />
    </Modal>
  )
}

function Limits({ of, onDone }: { of: Key; onDone: () => void }) {
  const longestDays = useHub()?.longestTokenLifeDays ?? null
  const [unchanged] = useState(() => formOf(of))
  const [form, setForm] = useState(unchanged)
  const change = (part: Partial<KeyForm>) => setForm((before) => ({ ...before, ...part }))
  const saving = useKeyChange(() =>
    answerOf(
      api.PATCH('/api/v1/me/tokens/{id}', {
        params: { path: { id: of.id } },
        body: changeOf(of, form, longestDays),
      }),
    ),
  )
  const save = (event: FormEvent) => {
    event.preventDefault()
    saving.mutate(undefined, { onSuccess: onDone })
  }
  const field = { form, onChange: change }
  const end = of.expiresAt === null ? 'never' : relativeTime(new Date(of.expiresAt), new Date())
  return (
    <Stack component="form" onSubmit={save}>
      {of.kind !== 'canary' && (
        <NarrowerLimits
          of={of}
          // What was typed would be lost with the dialog.
          canApply={form === unchanged}
          onApplied={onDone}
          onFill={(proposal) => change(filledBy(proposal))}
        />
      )}
      <NameField {...field} />
      {of.kind === 'bearer' && <ScopeChooser value={form.scope} onChange={(scope) => change({ scope })} />}
      {of.kind === 'publishable' && <OriginsField {...field} />}
      {of.kind !== 'canary' && (
        <>
          <ExpiryField {...field} longestDays={longestDays} kept={{ value: asItIs, label: `As it is: ${end}` }} />
          <QueryPolicyField {...field} />
          <NetworksField {...field} />
          <LimitsPreview of={of} form={form} />
        </>
      )}
      <ChangeRefused error={saving.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <BusyButton type="submit" isBusy={saving.isPending}>
          Save
        </BusyButton>
      </Group>
    </Stack>
  )
}
