import { Alert, Stack } from '@mantine/core'
import { TriangleAlertIcon } from 'lucide-react'
import { ApiError } from '../../api/client'
import { ButtonLink } from '../../parts/links'

/** Whether the hub refused a list because the URL of the page asks for something that it does not know. */
export const isInvalid = (error: unknown): boolean => error instanceof ApiError && error.status === 400

/** Shown instead of a list when a filter in the URL has a value that the hub does not know. */
export const InvalidFilter = () => (
  <Alert color="orange" variant="light" icon={<TriangleAlertIcon />} title="This filter is not valid" role="alert">
    <Stack gap="sm" align="flex-start">
      <div>
        The URL of this page has a filter value that this hub does not know. Remove the filter, or choose another one.
      </div>
      <ButtonLink to="/models" search={{}} variant="light" size="xs">
        Clear filters
      </ButtonLink>
    </Stack>
  </Alert>
)
