import { Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { FingerprintPatternIcon } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { BusyButton } from '../parts/busy-button'
import { RefusalAlert } from '../parts/refusal-alert'

const load = () => import('./passkeys')

/** Signing in with a passkey: by this button, or where the browser offers one in the field of the name. */
export function PasskeyButton({ onSignedIn }: { onSignedIn: () => void }) {
  const signingIn = useMutation({
    mutationFn: async () => (await load()).signInWithPasskey(),
    onSuccess: onSignedIn,
    onError: () => offering.mutate(),
  })
  const offering = useMutation({
    mutationFn: async () => (await load()).offerPasskeys(),
    onSuccess: (signedIn) => (signedIn ? onSignedIn() : undefined),
  })
  const offer = useRef(offering.mutate)
  useEffect(() => {
    offer.current()
    return () => void load().then(({ stopOffering }) => stopOffering())
  }, [])
  return (
    <Stack>
      <RefusalAlert error={signingIn.error ?? offering.error} />
      <BusyButton
        variant="default"
        leftSection={<FingerprintPatternIcon size={18} />}
        isBusy={signingIn.isPending}
        onClick={() => signingIn.mutate()}
      >
        Sign in with a passkey
      </BusyButton>
    </Stack>
  )
}
