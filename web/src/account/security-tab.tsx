import { Stack } from '@mantine/core'
import { PasskeySection } from './security-passkeys'

/** How one signs in: passkeys. */
export default function SecurityTab() {
  return (
    <Stack gap="xl">
      <PasskeySection />
    </Stack>
  )
}
