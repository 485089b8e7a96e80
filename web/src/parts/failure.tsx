import { Alert, Button } from '@mantine/core'
import { TriangleAlertIcon } from 'lucide-react'
import { ApiError } from '../api/client'
import { SignInFirst } from './sign-in-first'

/** What went wrong, in the place of what was to be shown, and a way to try again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (error instanceof ApiError && error.status === 401) return <SignInFirst why={error.message} />
  const title = error instanceof ApiError && error.status === 0 ? 'No answer' : 'This did not work'
  return (
    <Alert color="red" variant="light" icon={<TriangleAlertIcon />} title={title} role="alert">
      {error instanceof Error ? error.message : String(error)}
      {onRetry && (
        <Button mt="sm" display="block" variant="light" color="red" size="xs" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  )
}
