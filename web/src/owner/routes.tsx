import { createRoute } from '@tanstack/react-router'
import { lazyPage } from '../parts/lazy-page'
import { rootRoute } from '../root-route'
import { readAccessSearch } from './access-search'
import { readAccountsSearch } from './accounts-search'
import { readAuditSearch } from './audit-search'

const accounts = createRoute({
  getParentRoute: () => rootRoute,
  path: '/owner/accounts',
  validateSearch: readAccountsSearch,
  component: lazyPage(() => import('./accounts-page'), 'AccountsPage'),
})

const audit = createRoute({
  getParentRoute: () => rootRoute,
  path: '/owner/audit',
  validateSearch: readAuditSearch,
  component: lazyPage(() => import('./audit-page'), 'AuditPage'),
})

const access = createRoute({
  getParentRoute: () => rootRoute,
  path: '/owner/access',
  validateSearch: readAccessSearch,
  component: lazyPage(() => import('./access-page'), 'AccessPage'),
})

const library = createRoute({
  getParentRoute: () => rootRoute,
  path: '/owner/library',
  // `first`: the page that the first run ends on.
  validateSearch: ({ first }: Record<string, unknown>): { first?: boolean | undefined } =>
    first === true ? { first } : {},
  component: lazyPage(() => import('./library-page'), 'LibraryPage'),
})

/** What the owners of a hub see to. */
export const ownerRoutes = [accounts, library, access, audit] as const
