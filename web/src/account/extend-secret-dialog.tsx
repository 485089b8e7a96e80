import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { answerOf, api } from '../api/client'
import { BusyButton } from '../parts/busy-button'
import { ChangeRefused } from '../parts/change-refused'
import { durationOf } from './duration'
import { type Key, useKeyChange } from './keys-state'
import { OverlapFields, overlapBody, usualOverlap } from './overlap-fields'

interface Target {
  of: Key
  secret: Key['secrets'][number]
}

/** Sets anew when a replaced secret ends: more time for the programs that still have it, or less. */
export function ExtendSecretDialog({ opened, onClose, ...target }: Target & { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Extend the old secret" closeOnClickOutside={false}>
      <Extension {...target} onDone={onClose} />
    </Modal>
  )
}

function Extension({ of, secret, onDone }: Target & { onDone: () => void }) {
  const [overlap, setOverlap] = useState({
    lasts: durationOf(7 * 86_400),
    endsBySilence: secret.silenceSeconds !== null,
    silence: secret.silenceSeconds === null ? usualOverlap.silence : durationOf(secret.silenceSeconds),
  })
  const extending = useKeyChange(() =>
    answerOf(
      api.PATCH('/api/v1/me/tokens/{id}/secrets/{secretId}', {
        params: { path: { id: of.id, secretId: secret.id } },
        body: overlapBody(overlap),
      }),
    ),
  )
  const extend = (event: FormEvent) => {
    event.preventDefault()
    extending.mutate(undefined, { onSuccess: onDone })
  }
  return (
    <Stack component="form" onSubmit={extend}>
      <Text>
        The secret ending in <b>{secret.lastFour}</b> works on for the time that you give it here, counted from now.
      </Text>
      <OverlapFields
        label="Ends in"
        description="From 0, which ends it now, to 30 days."
        value={overlap}
        onChange={setOverlap}
      />
      <ChangeRefused error={extending.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <BusyButton type="submit" isBusy={extending.isPending}>
          Set the end
        </BusyButton>
      </Group>
    </Stack>
  )
}
