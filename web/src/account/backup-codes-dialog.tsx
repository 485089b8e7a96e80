import { Modal, Text } from '@mantine/core'
import { useState } from 'react'
import { askAuth } from '../sign-in/sign-in'
import { BackupCodes } from './backup-codes'
import { PasswordStep } from './password-step'

/** Makes other backup codes in place of those that were given out. */
export function BackupCodesDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New backup codes" closeOnClickOutside={false}>
      <Steps onClose={onClose} />
    </Modal>
  )
}

function Steps({ onClose }: { onClose: () => void }) {
  const [codes, setCodes] = useState<readonly string[]>()
  if (codes) return <BackupCodes codes={codes} onKept={onClose} />
  return (
    <PasswordStep
      action="Make new codes"
      ask={(password) => askAuth<{ backupCodes: string[] }>('/two-factor/generate-backup-codes', { password })}
      onAnswer={({ backupCodes }) => setCodes(backupCodes)}
      onCancel={onClose}
    >
      <Text>The codes that you have stop working.</Text>
    </PasswordStep>
  )
}
