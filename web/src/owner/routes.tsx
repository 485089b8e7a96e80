import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route'
import { readAccountsSearch } from './accounts-search'

const accounts = createRoute({
  getParentRoute: () => rootRoute,
  path: '/owner/accounts',
  validateSearch: readAccountsSearch,
  component: lazyRouteComponent(() => import('./accounts-page'), 'AccountsPage'),
})

const library = createRoute({
  getParentRoute: () => rootRoute,
  path: '/owner/library',
  // `first`: the page that the first run ends on.
  validateSearch: ({ first }: Record<string, unknown>): { first?: boolean | undefined } =>
    first === true ? { first } : {},
  component: lazyRouteComponent(() => import('./library-page'), 'LibraryPage'),
})

/** What the owners of a hub see to. */
export const ownerRoutes = [accounts, library] as const
