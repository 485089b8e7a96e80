import { Button, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { viewerQuery } from '../api/viewer'
import { BusyButton } from '../parts/busy-button'
import { CopyButton } from '../parts/copy-button'
import { RefusalAlert } from '../parts/refusal-alert'
import { askAuth } from '../sign-in/sign-in'
import { BackupCodes } from './backup-codes'
import { PasswordStep } from './password-step'
import { QrCode } from './qr-code'
import { secretOfUri } from './totp-uri'

/** What the hub gives before the second factor is on; kept in memory until the dialog is closed. */
interface Enrolment {
  totpURI: string
  backupCodes: string[]
}

/** Turning the second factor on: password, then the app's first code, then the backup codes, which are shown once. */
export function TwoFactorDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Turn on the second factor" closeOnClickOutside={false}>
      <Steps onClose={onClose} />
    </Modal>
  )
}

function Steps({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient()
  const [enrolment, setEnrolment] = useState<Enrolment>()
  const [isOn, setOn] = useState(false)
  if (!enrolment)
    return (
      <PasswordStep
        action="Continue"
        ask={(password) => askAuth<Enrolment>('/two-factor/enable', { password })}
        onAnswer={setEnrolment}
        onCancel={onClose}
      />
    )
  if (!isOn) return <FirstCode uri={enrolment.totpURI} onRight={() => setOn(true)} onCancel={onClose} />
  const end = async () => {
    onClose()
    await queries.invalidateQueries(viewerQuery)
  }
  return <BackupCodes codes={enrolment.backupCodes} onKept={end} />
}

function FirstCode({ uri, onRight, onCancel }: { uri: string; onRight: () => void; onCancel: () => void }) {
  const [code, setCode] = useState('')
  const secret = secretOfUri(uri)
  const verifying = useMutation({
    mutationFn: () => askAuth('/two-factor/verify-totp', { code: code.replaceAll(/\s/g, '') }),
    onSuccess: onRight,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    verifying.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>
          Scan this with your authenticator app, or type the secret into it. Then enter the code that it shows.
        </Text>
        <QrCode text={uri} label="Code to scan with an authenticator app" />
        <Group wrap="nowrap" justify="space-between">
          <div>
            <Text size="sm" c="dimmed">
              Secret
            </Text>
            <Code aria-label="Secret">{secret}</Code>
          </div>
          <CopyButton value={secret} label="Copy the secret" size="xs" />
        </Group>
        <RefusalAlert error={verifying.error} />
        <TextInput
          label="Code from the app"
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={16}
          required
          data-autofocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <BusyButton type="submit" isBusy={verifying.isPending}>
            Turn on
          </BusyButton>
        </Group>
      </Stack>
    </form>
  )
}
