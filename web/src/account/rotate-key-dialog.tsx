import { Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { answerOf, api } from '../api/client'
import { BusyButton } from '../parts/busy-button'
import { ChangeRefused } from '../parts/change-refused'
import { type Key, useKeyChange } from './keys-state'
import { NewSecret } from './new-secret'

const overlaps = [
  { value: '0', label: 'None: the old secret ends now' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
  { value: '2592000', label: '30 days' },
]

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
  const [overlap, setOverlap] = useState('86400')
  const rotating = useKeyChange(() =>
    answerOf(
      api.POST('/api/v1/me/tokens/{id}/rotate', {
        params: { path: { id: of.id } },
        body: { overlapSeconds: Number(overlap) },
      }),
    ),
  )
  if (rotating.data) return <NewSecret secret={rotating.data.token} onDone={onDone} />
  return (
    <Stack>
      <Text dir="auto" style={{ overflowWrap: 'anywhere' }}>
        {of.name} gets a new secret and keeps all else. Until the overlap ends the old secret works as well, so that you
        can change program after program; this page shows who still uses it.
      </Text>
      <NativeSelect
        label="Overlap"
        data={overlaps}
        value={overlap}
        onChange={({ currentTarget }) => setOverlap(currentTarget.value)}
        data-autofocus
      />
      <ChangeRefused error={rotating.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <BusyButton isBusy={rotating.isPending} onClick={() => rotating.mutate()}>
          Rotate
        </BusyButton>
      </Group>
    </Stack>
  )
}
