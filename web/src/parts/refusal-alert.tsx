import { Alert } from '@mantine/core'

/** Why what a form asked for did not work, above its fields; nothing while nothing is wrong. */
export const RefusalAlert = ({ error }: { error: Error | null }) =>
  error && (
    <Alert color="red" variant="light" role="alert">
      {error.message}
    </Alert>
  )
