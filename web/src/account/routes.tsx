import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route'
import { readAccountSearch } from './key-form-link'

const account = createRoute({
  getParentRoute: () => rootRoute,
  path: '/user/account',
  validateSearch: readAccountSearch,
  component: lazyRouteComponent(() => import('./account-page'), 'AccountPage'),
})

const testToken = createRoute({
  getParentRoute: () => rootRoute,
  path: '/test-token',
  component: lazyRouteComponent(() => import('./test-token-page'), 'TestTokenPage'),
})

/** What people set for themselves. */
export const accountRoutes = [account, testToken] as const
