import type { QueryClient } from '@tanstack/react-query'
import { createRouter, parseSearchWith, stringifySearchWith } from '@tanstack/react-router'
import { accountRoutes } from './account/routes'
import { browseRoutes } from './browse/routes'
import { ownerRoutes } from './owner/routes'
import { ErrorPage } from './parts/error-page'
import { referenceRoutes } from './reference/routes'
import { rootRoute } from './root-route'
import { signInRoutes } from './sign-in/routes'

/** The map of the pages; `src/http/spa-routes.ts` tells the server of the same ones. Each loads its own code when it is opened. */
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
    // What people type is text, and not JSON: `1e5` stays what it is. Whole numbers, true and false are read by themselves.
    parseSearch: parseSearchWith((text) => text),
    stringifySearch: stringifySearchWith(JSON.stringify),
    defaultPreload: 'intent',
    // The query client keeps what was loaded, and decides when it is old.
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: ErrorPage,
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof openRouter>
  }
}
