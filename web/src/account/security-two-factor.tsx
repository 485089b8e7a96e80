import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Viewer } from '../api/viewer'
import { BackupCodesDialog } from './backup-codes-dialog'
import { SettingsSection } from './settings-section'
import { TwoFactorDialog } from './two-factor-dialog'
import { TwoFactorOffDialog } from './two-factor-off-dialog'

/** The second factor: a code from an authenticator app, asked for after the password. */
export function TwoFactorSection({ viewer }: { viewer: Viewer }) {
  const [open, setOpen] = useState<'on' | 'off' | 'codes'>()
  const close = () => setOpen(undefined)
  return (
    <SettingsSection
      title="Second factor"
      about="A code from an authenticator app, asked for after your password. Passkeys need none."
    >
      <Stack align="flex-start">
        {viewer.twoFactorEnabled ? (
          <>
            <Badge variant="light" color="teal">
              On
            </Badge>
            <Group>
              <Button variant="default" onClick={() => setOpen('codes')}>
                New backup codes
              </Button>
              <Button variant="light" color="red" onClick={() => setOpen('off')}>
                Turn off
              </Button>
            </Group>
          </>
        ) : viewer.hasPassword ? (
          <Button variant="default" onClick={() => setOpen('on')}>
            Turn on
          </Button>
        ) : (
          <Text>Your account has no password of this hub, so there is nothing that a second factor would follow.</Text>
        )}
      </Stack>
      <TwoFactorDialog opened={open === 'on'} onClose={close} />
      <BackupCodesDialog opened={open === 'codes'} onClose={close} />
      <TwoFactorOffDialog opened={open === 'off'} onClose={close} />
    </SettingsSection>
  )
}
