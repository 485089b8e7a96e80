import type { QueryClient } from '@tanstack/react-query'
import { CatchBoundary, createRootRouteWithContext, type ErrorComponentProps } from '@tanstack/react-router'
import { ErrorPage } from './parts/error-page'
import { NotFoundPage } from './parts/nothing-here'
import { Shell } from './shell/shell'

export const rootRoute = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: () => <Shell />,
  notFoundComponent: NotFoundPage,
  errorComponent: FramedError,
})

/** The error page in the frame of the app; without it when the frame itself failed. */
function FramedError(failure: ErrorComponentProps) {
  return (
    <CatchBoundary getResetKey={() => 'frame'} errorComponent={ErrorPage}>
      <Shell>
        <ErrorPage {...failure} />
      </Shell>
    </CatchBoundary>
  )
}
