import { Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { LogInIcon } from 'lucide-react'
import { BusyButton } from '../parts/busy-button'
import { RefusalAlert } from '../parts/refusal-alert'
import { returnPath } from './return-path'
import { askAuth } from './sign-in'

/** Signing in where one has an account already: one button for each site that the hub's owner named. */
export function ProviderButtons({
  providers,
  returnUrl,
}: {
  providers: readonly { id: string; name: string }[]
  returnUrl: string | undefined
}) {
  const leaving = useMutation({
    mutationFn: async (provider: string) => {
      const { url } = await askAuth<{ url: string }>('/sign-in/social', {
        provider,
        callbackURL: returnPath(returnUrl),
        // Who is refused there, and tries again, still arrives where they wanted to go.
        errorCallbackURL: `/login?${new URLSearchParams({ returnUrl: returnPath(returnUrl) })}`,
      })
      location.assign(url)
    },
  })
  if (providers.length === 0) return null
  return (
    <Stack>
      <RefusalAlert error={leaving.error} />
      {providers.map(({ id, name }) => (
        <BusyButton
          key={id}
          variant="default"
          leftSection={<LogInIcon size={18} />}
          isBusy={leaving.isPending && leaving.variables === id}
          onClick={() => leaving.mutate(id)}
        >
          Sign in with {name}
        </BusyButton>
      ))}
    </Stack>
  )
}
