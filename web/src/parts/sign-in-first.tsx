import { Alert, Stack } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { LockIcon } from 'lucide-react'
import { ButtonLink } from './links'

/** In the place of what only somebody who is signed in can see; `why` says what that is. */
export function SignInFirst({ why }: { why: string }) {
  const { pathname, searchStr } = useLocation()
  return (
    <Alert variant="light" icon={<LockIcon />} title="Sign in first" role="alert">
      <Stack align="flex-start" gap="sm">
        {why}
        <ButtonLink to="/login" search={{ returnUrl: `${pathname}${searchStr}` }} size="xs">
          Sign in
        </ButtonLink>
      </Stack>
    </Alert>
  )
}
