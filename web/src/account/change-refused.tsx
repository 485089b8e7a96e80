import { Alert, Anchor } from '@mantine/core'
import { ApiError } from '../api/client'
import { RefusalAlert } from '../parts/refusal-alert'

/** Why a change did not work. A session that ended costs nothing of what was typed: one signs in beside it and goes on. */
export function ChangeRefused({ error }: { error: Error | null }) {
  if (!(error instanceof ApiError) || error.status !== 401) return <RefusalAlert error={error} />
  return (
    <Alert color="orange" variant="light" role="alert" title="Your session has ended">
      Nothing was changed, and nothing that you typed is lost.{' '}
      <Anchor href="/login" target="_blank" inherit underline="always">
        Sign in in another tab
      </Anchor>
      , then try again here.
    </Alert>
  )
}
