import { Alert, Anchor } from '@mantine/core'
import { useEffect } from 'react'
import { ApiError } from '../api/client'
import { RefusalAlert } from './refusal-alert'

/**
 * Why a change did not work, in the dialog that asked for it, which stays. What is no fault of what was typed costs
 * nothing of it: one signs in beside the dialog, or waits until the hub is back, and goes on.
 */
export function ChangeRefused({ error }: { error: Error | null }) {
  useEffect(() => {
    // The alert has pushed the button that is pressed again out of sight, where the dialog is taller than the window.
    if (error) document.activeElement?.scrollIntoView({ block: 'nearest' })
  }, [error])
  if (!(error instanceof ApiError)) return <RefusalAlert error={error} />
  if (error.status === 401)
    return (
      <Alert color="orange" variant="light" role="alert" title="Your session has ended">
        Nothing was changed, and nothing that you typed is lost.{' '}
        <Anchor href="/login" target="_blank" c="inherit" inherit underline="always">
          Sign in in another tab
        </Anchor>
        , then try again here.
      </Alert>
    )
  if (error.status > 0 && error.status < 500) return <RefusalAlert error={error} />
  return (
    <Alert color="red" variant="light" role="alert" title={error.status === 0 ? 'No answer' : 'The hub has failed'}>
      {error.message} Nothing that you typed is lost: try again here.
    </Alert>
  )
}
