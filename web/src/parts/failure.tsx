import { Alert, Button } from '@mantine/core'
import { TriangleAlertIcon } from 'lucide-react'
import { ApiError } from '../api/client'
import { useHubBack } from './hub-back'
import { SignInFirst } from './sign-in-first'

/** Shows why something could not be loaded, with a way to try again; tries by itself once a hub that was down answers. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const isLost = error instanceof ApiError && error.status === 0
  useHubBack(isLost && onRetry !== undefined, () => onRetry?.())
  if (error instanceof ApiError && error.status === 401) return <SignInFirst why={error.message} />
  const title = isLost
    ? 'No answer'
    : error instanceof ApiError && error.status < 500
      ? 'Not possible'
      : 'Could not load this'
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
