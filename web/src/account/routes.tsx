import { createRoute } from '@tanstack/react-router'
import { lazyPage } from '../parts/lazy-page'
import { rootRoute } from '../root-route'
import { readAccountSearch } from './key-form-link'

const account = createRoute({
  getParentRoute: () => rootRoute,
  path: '/user/account',
  validateSearch: readAccountSearch,
  component: lazyPage(() => import('./account-page'), 'AccountPage'),
})

const testToken = createRoute({
  getParentRoute: () => rootRoute,
  path: '/test-token',
  component: lazyPage(() => import('./test-token-page'), 'TestTokenPage'),
})

/** What people set for themselves. */
export const accountRoutes = [account, testToken] as const
