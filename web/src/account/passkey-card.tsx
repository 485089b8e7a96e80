import { ActionIcon, Button, Card, Group, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { PencilIcon, Trash2Icon } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { viewerQuery } from '../api/viewer'
import { BusyButton } from '../parts/busy-button'
import { Confirm } from '../parts/confirm'
import { PointInTime } from '../parts/point-in-time'
import { RefusalAlert } from '../parts/refusal-alert'
import { askAuth } from '../sign-in/sign-in'
import { type Passkey, passkeysQuery } from './passkeys-state'

/** One passkey, which can be given another name and removed. */
export function PasskeyCard({ passkey }: { passkey: Passkey }) {
  const queries = useQueryClient()
  const [isNaming, setNaming] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const name = passkey.name || 'Passkey without a name'
  const removing = useMutation({
    mutationFn: () => askAuth('/passkey/delete-passkey', { id: passkey.id }),
    async onSuccess() {
      await queries.invalidateQueries(passkeysQuery)
      await queries.invalidateQueries(viewerQuery)
    },
  })
  return (
    <Card component="li" withBorder padding="sm">
      {isNaming ? (
        <NameForm passkey={passkey} onDone={() => setNaming(false)} />
      ) : (
        <Group justify="space-between" wrap="nowrap">
          <div style={{ minWidth: 0 }}>
            <Text fw={600} dir="auto">
              {name}
            </Text>
            <Text size="sm" c="dimmed">
              Added <PointInTime at={passkey.createdAt} />
              {passkey.backedUp ? ' · kept on your other devices too' : ' · on one device'}
            </Text>
          </div>
          <Group gap={4} wrap="nowrap">
            <ActionIcon variant="subtle" color="gray" aria-label={`Rename ${name}`} onClick={() => setNaming(true)}>
              <PencilIcon size={18} />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${name}`} onClick={() => setAsking(true)}>
              <Trash2Icon size={18} />
            </ActionIcon>
          </Group>
        </Group>
      )}
      <Confirm
        opened={isAsking}
        onClose={() => setAsking(false)}
        title="Remove the passkey"
        action="Remove"
        doing={removing}
      >
        {name} no longer opens your account. Your device may go on offering it until you remove it there as well.
      </Confirm>
    </Card>
  )
}

function NameForm({ passkey, onDone }: { passkey: Passkey; onDone: () => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState(passkey.name ?? '')
  const naming = useMutation({
    mutationFn: () => askAuth('/passkey/update-passkey', { id: passkey.id, name: name.trim() }),
    async onSuccess() {
      await queries.invalidateQueries(passkeysQuery)
      onDone()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    naming.mutate()
  }
  return (
    <form onSubmit={submit}>
      <RefusalAlert error={naming.error} />
      <Group align="flex-end">
        <TextInput
          label="Name"
          maxLength={64}
          required
          autoFocus
          style={{ flex: '1 1 180px' }}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <BusyButton type="submit" isBusy={naming.isPending}>
          Save
        </BusyButton>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
      </Group>
    </form>
  )
}
