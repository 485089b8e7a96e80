import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { accountRoutes } from './account/routes'
import { browseRoutes } from './browse/routes'
import { ownerRoutes } from './owner/routes'
import { Failure } from './parts/failure'
import { referenceRoutes } from './reference/routes'
import { rootRoute } from './root-route'
import { signInRoutes } from './sign-in/routes'

/** The map of the pages; `src/http/page-paths.ts` tells the server of the same ones. Each loads its own code when it is opened. */
const routeTree = rootRoute.addChildren([
  ...browseRoutes,
  ...signInRoutes,
  ...ownerRoutes,
  ...accountRoutes,
  ...referenceRoutes,
])

export const openRouter = (queries: QueryClient) =>
  createRouter({
    routeTree,
    context: { queries },
    defaultPreload: 'intent',
    // The query client keeps what was loaded, and decides when it is old.
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof openRouter>
  }
}
