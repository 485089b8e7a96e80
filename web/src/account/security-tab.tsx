import { Skeleton, Stack } from '@mantine/core'
import { useViewer } from '../api/viewer'
import { PasskeySection } from './security-passkeys'
import { PasswordSection } from './security-password'
import { LinkRefusal, ProviderSection } from './security-providers'
import { TwoFactorSection } from './security-two-factor'

/** How one signs in: password, passkeys, second factor, other sites. */
export default function SecurityTab() {
  const viewer = useViewer()
  if (!viewer) return <Skeleton height={480} />
  return (
    <Stack gap="xl">
      {/* First, since one comes back to the top of the page. */}
      <LinkRefusal />
      <PasswordSection viewer={viewer} />
      <PasskeySection />
      <TwoFactorSection viewer={viewer} />
      <ProviderSection viewer={viewer} />
    </Stack>
  )
}
