import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { answerOf, api } from '../api/client'
import { BusyButton } from '../parts/busy-button'
import { ChangeRefused } from '../parts/change-refused'
import { newIdempotencyKey } from './idempotency-key'
import { type Key, useKeyChange } from './keys-state'
import { NewSecret } from './new-secret'
import { OverlapFields, overlapBody, usualOverlap } from './overlap-fields'

/** Gives a key a new secret; both work for the overlap. The secret is gone from page and memory once this closes. */
export function RotateKeyDialog({ opened, onClose, of }: { opened: boolean; onClose: () => void; of: Key }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Rotate API key"
      size="lg"
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
    >
      <Rotation of={of} onDone={onClose} />
    </Modal>
  )
}

function Rotation({ of, onDone }: { of: Key; onDone: () => void }) {
  const [overlap, setOverlap] = useState(usualOverlap)
  // A retry after a lost response gets the secret that was created; another overlap asks for another one.
  const [idempotencyKey, setIdempotencyKey] = useState(newIdempotencyKey)
  const changeOverlap = (changed: typeof overlap) => {
    setOverlap(changed)
    setIdempotencyKey(newIdempotencyKey())
  }
  const rotating = useKeyChange(() =>
    answerOf(
      api.POST('/api/v1/me/tokens/{id}/rotate', {
        params: { path: { id: of.id }, header: { 'Idempotency-Key': idempotencyKey } },
        body: overlapBody(overlap),
      }),
    ),
  )
  if (rotating.data) return <NewSecret secret={rotating.data.token} kind={of.kind} onDone={onDone} />
  const rotate = (event: FormEvent) => {
    event.preventDefault()
    rotating.mutate()
  }
  return (
    <Stack component="form" onSubmit={rotate}>
      <Text dir="auto" style={{ overflowWrap: 'anywhere' }}>
        {of.name} gets a new secret and keeps all else. Until the overlap ends the old secret works as well, so that you
        can change program after program; this page shows who still uses it.
      </Text>
      <OverlapFields
        label="Overlap"
        description="From 0, where the old secret ends now, to 30 days."
        value={overlap}
        onChange={changeOverlap}
      />
      <ChangeRefused error={rotating.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <BusyButton type="submit" isBusy={rotating.isPending}>
          Rotate
        </BusyButton>
      </Group>
    </Stack>
  )
}
