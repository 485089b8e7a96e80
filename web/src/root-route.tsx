import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext } from '@tanstack/react-router'
import { Failure } from './parts/failure'
import { NothingHere } from './parts/nothing-here'
import { Shell } from './shell/shell'

export const rootRoute = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Shell,
  notFoundComponent: () => <NothingHere />,
  errorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
})
