import { Modal, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { viewerQuery } from '../api/viewer'
import { askAuth } from '../sign-in/sign-in'
import { PasswordStep } from './password-step'

/** Turning the second factor off, which takes the password. */
export function TwoFactorOffDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const queries = useQueryClient()
  const end = async () => {
    onClose()
    notifications.show({ message: 'The second factor is off.', color: 'teal' })
    await queries.invalidateQueries(viewerQuery)
  }
  return (
    <Modal opened={opened} onClose={onClose} title="Turn off the second factor">
      <PasswordStep
        action="Turn off"
        color="red.9"
        ask={(password) => askAuth('/two-factor/disable', { password })}
        onAnswer={end}
        onCancel={onClose}
      >
        <Text>Your password alone signs you in then, and your backup codes stop working.</Text>
      </PasswordStep>
    </Modal>
  )
}
